package engine

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/config"
)

// restartPolicy is the canonical path of the one field whose API default is
// never valid in a Job.
func restartPolicy() []string { return []string{"job", "spec", "template", "spec", "restartPolicy"} }

// unfillable says why nothing may be filled in, whatever the rules want.
func (e *Engine) unfillable(s *subject) string {
	switch {
	case s.req.Operation == Update && s.object.Kind() == batch.Job:
		// Patching a Job on UPDATE blocks finalizer removal and so its deletion.
		return "a Job is filled only when it is created"
	case s.req.Operation == Update && !batch.SpecChanged(s.old, s.object):
		return "the update does not change the spec"
	case s.object.Deleting():
		return "the object is being deleted"
	case s.owner.Controller == batch.ControllerOperator && e.ceiling(s) == config.Audit:
		return "controlled by a " + s.owner.Kind
	}
	return ""
}

// foreign reports whether somebody else than the Job controller runs the Job,
// or has made it and looks after it. What such a Job does is not changed; but its
// containers need resources like all others, and whoever made it reads no refusal.
func (s *subject) foreign() bool {
	return s.owner.Manager != "" || s.owner.Controller == batch.ControllerOperator
}

// ofResources reports whether all that a query fills in is resources of
// containers.
func (f fill) ofResources() bool {
	return f.rests != nil && !slices.ContainsFunc(f.rests, func(rest []string) bool { return len(rest) == 0 || rest[0] != "resources" })
}

// gap reports whether a path may be filled: nobody wrote it.
func (e *Engine) gap(s *subject, view []string) bool {
	value, ok := s.object.Lookup(view)
	if !ok || isNull(value) {
		_, _, reachable := s.object.Reach(view)
		return reachable
	}
	switch s.object.Intent(view, s.old) {
	case batch.Unset:
		return true
	case batch.Ambiguous:
		return e.fillsAmbiguous(view)
	}
	return false
}

// fillsAmbiguous reports whether an API default without evidence is a gap. Always
// is what the API server wrote, or a value it is about to refuse.
func (e *Engine) fillsAmbiguous(view []string) bool {
	return e.policy.AmbiguousDefaults == config.FillAmbiguous ||
		slices.Equal(canonical(view), restartPolicy())
}

// mayHaveGap reports whether a default for this path can fill anything, so
// that the rule must be asked.
func (e *Engine) mayHaveGap(s *subject, f fill) bool {
	if f.rests != nil {
		return len(s.object.Views().Containers) > 0
	}
	if value, ok := s.object.Lookup(f.path); ok {
		if _, isObject := value.Value.(ast.Object); isObject {
			return true
		}
	}
	return e.gap(s, f.path)
}

func isNull(t *ast.Term) bool {
	_, null := t.Value.(ast.Null)
	return null
}
