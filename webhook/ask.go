package webhook

import (
	"context"
	"errors"
	"net/http"

	"github.com/batchgate/batchgate/policies/engine"
)

// ask puts the request to the engine and words what it says.
func (h *handler) ask(ctx context.Context, rv *review, req engine.Request) answer {
	if h.path == mutating {
		m, err := h.Judge.Mutate(ctx, req)
		if err != nil {
			return h.trouble(ctx, rv, err)
		}
		h.Metrics.mutated(m)
		return filled(rv.uid, m)
	}
	v, err := h.Judge.Validate(ctx, req)
	if err != nil {
		return h.trouble(ctx, rv, err)
	}
	h.Metrics.validated(v)
	if h.Listener != nil && !rv.dryRun {
		h.Listener.Judged(rv.namespace, v)
	}
	a := verdict(rv.uid, v)
	if !a.allowed {
		h.Log.Info("refused", "kind", req.Kind, "namespace", rv.namespace, "operation", rv.operation, "dryRun", rv.dryRun, "rules", refusing(v), "uid", rv.uid)
	}
	return a
}

func filled(uid string, m engine.Mutation) answer {
	a := allowed(uid, "allowed")
	if len(m.Patch) > 0 {
		a.outcome = "filled"
	} else if m.Skipped != "" {
		a.outcome = "skipped"
	}
	a.patch = m.Patch
	a.warnings = warnings(m.Warnings)
	a.audit = audit(m.Audit)
	return a
}

func verdict(uid string, v engine.Verdict) answer {
	a := allowed(uid, "allowed")
	if v.Skipped != "" {
		a.outcome = "skipped"
	}
	if v.Refused() {
		a = denied(uid, engine.Bounded(clean(v.Denial(), true), maxMessage))
		a.causes = v.Causes()
	}
	a.warnings = warnings(v.Warnings())
	a.audit = audit(v.Audit())
	return a
}

// refusing are the names of the rules that refuse, each once.
func refusing(v engine.Verdict) []string {
	var names []string
	for _, f := range v.Enforced() {
		if len(names) == 0 || names[len(names)-1] != f.Rule {
			names = append(names, f.Rule)
		}
	}
	return names
}

// trouble is the answer to an engine that could not decide.
func (h *handler) trouble(ctx context.Context, rv *review, err error) answer {
	var object *engine.ObjectError
	switch {
	case errors.As(err, &object):
		if h.path == validating {
			return denied(rv.uid, object.Denial(rv.objectKind))
		}
		a := allowed(rv.uid, "skipped")
		a.warnings = []string{object.Warning()}
		return a
	case errors.Is(err, engine.ErrNotLoaded):
		return failed(http.StatusServiceUnavailable, "not ready", "not ready: no policy is in force yet")
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		h.Metrics.overruns.Inc()
		h.Log.Warn("deadline", "path", h.path, "kind", rv.objectKind, "namespace", rv.namespace)
		return failed(http.StatusGatewayTimeout, "deadline", "the review was not judged before its deadline")
	}
	h.Log.Error("engine", "path", h.path, "kind", rv.objectKind, "namespace", rv.namespace, "error", engine.Bounded(clean(err.Error(), false), maxCause))
	return failed(http.StatusInternalServerError, "error", "internal error")
}
