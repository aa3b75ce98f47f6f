package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/batchgate/batchgate/policies/engine"
)

// DefaultEvalTimeout is the longest a review is judged where Options names
// nothing else.
const DefaultEvalTimeout = time.Second

// Options of NewHandler. Judge is required.
type Options struct {
	Judge       Judge
	Namespaces  Namespaces       // nil: nothing is known of any namespace
	Listener    Listener         // nil: nobody
	EvalTimeout time.Duration    // 0: DefaultEvalTimeout
	Metrics     *Metrics         // nil: nothing is counted
	Log         *slog.Logger     // nil: nothing is logged; never gets an object's content
	Now         func() time.Time // nil: time.Now
}

// Handler answers AdmissionReviews at /mutate and /validate.
type Handler struct {
	http.Handler
	running *running
}

// Ready is nil while reviews are judged, and not shed because too many evaluations do
// not end.
func (h *Handler) Ready() error {
	if _, stuck := h.running.stuckFor(); stuck {
		return fmt.Errorf("reviews: %w", errAbandoned)
	}
	return nil
}

// Alive is nil while there is hope that they are judged again without a restart.
func (h *Handler) Alive() error {
	if long, _ := h.running.stuckFor(); long > longestStuck {
		return fmt.Errorf("reviews: %w, for %s", errAbandoned, long.Round(time.Second))
	}
	return nil
}

// NewHandler makes one.
func NewHandler(o Options) *Handler {
	if o.EvalTimeout <= 0 {
		o.EvalTimeout = DefaultEvalTimeout
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	in, run := newIntake(), newRunning()
	mux := http.NewServeMux()
	mux.Handle("/mutate", &handler{Options: o, path: mutating, intake: in, running: run})
	mux.Handle("/validate", &handler{Options: o, path: validating, intake: in, running: run})
	return &Handler{Handler: mux, running: run}
}

// path is which of the two questions a review asks.
type path string

const (
	mutating   path = "mutate"
	validating path = "validate"
)

type handler struct {
	Options
	path    path
	intake  *intake
	running *running
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	h.Metrics.inFlight.Inc()
	defer h.Metrics.inFlight.Dec()
	a := h.answer(w, r)
	a.write(w)
	h.Metrics.reviewed(h.path, a, time.Since(start))
}

// answer never panics: what goes wrong inside is one failed call, not a dead
// process that every other Job waits for.
func (h *handler) answer(w http.ResponseWriter, r *http.Request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = h.panicked(p)
		}
	}()
	if a, ok := acceptable(r); !ok {
		return a
	}
	ctx, cancel := context.WithTimeout(r.Context(), callTimeout(r))
	defer cancel()
	b, err := h.intake.read(ctx, r, func() {
		_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
	})
	if err != nil {
		return h.unread(err)
	}
	defer b.release()
	a = h.decide(ctx, b)
	if a.encoded == nil {
		a = a.encode()
	}
	return a
}

func acceptable(r *http.Request) (answer, bool) {
	if r.Method != http.MethodPost {
		return failed(http.StatusMethodNotAllowed, "malformed", "method "+clean(r.Method, false)+": expected POST"), false
	}
	content := r.Header.Get("Content-Type")
	if content != "application/json" {
		if kind, _, err := mime.ParseMediaType(content); err != nil || kind != "application/json" {
			return failed(http.StatusUnsupportedMediaType, "malformed", "Content-Type: expected application/json"), false
		}
	}
	return answer{}, true
}

// unread is the answer to a body that could not be read.
func (h *handler) unread(err error) answer {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errSpace):
		return h.shed("memory", err)
	case errors.Is(err, errSlow):
		return h.shed("slow", err)
	case errors.Is(err, errBusy):
		return h.shed("busy", err)
	case errors.As(err, &timeout) && timeout.Timeout():
		return failed(http.StatusRequestTimeout, "slow", "the body did not arrive in time")
	}
	return failed(http.StatusBadRequest, "malformed", "the body broke off")
}

func (h *handler) shed(reason string, err error) answer {
	h.Metrics.shed.WithLabelValues(reason).Inc()
	h.Log.Warn("review shed", "path", h.path, "reason", err.Error())
	return failed(http.StatusServiceUnavailable, "shed", "overloaded: "+err.Error())
}

// decide answers a body that has been read.
func (h *handler) decide(ctx context.Context, b *body) answer {
	rv, err := readReview(b.bytes)
	if b.over {
		if rv.uid == "" {
			return failed(http.StatusBadRequest, "malformed", "review: no uid in the first part of a body over the cap")
		}
		return denied(rv.uid, fmt.Sprintf("the review of this object is larger than %d MiB, which no object that etcd can store comes to", bodyCap>>20))
	}
	if err != nil {
		return failed(http.StatusBadRequest, "malformed", "review: "+engine.Bounded(clean(err.Error(), false), maxCause))
	}
	if a, ok := rv.judged(); !ok {
		return a
	}
	if err := b.judge(ctx, int64(len(b.bytes))+bytesPerOne*int64(rv.values)); err != nil {
		return h.shed("memory", err)
	}
	ns, err := h.namespace(ctx, rv.namespace)
	if err != nil {
		h.Log.Warn("namespace unknown", "path", h.path, "error", err.Error())
		return failed(http.StatusServiceUnavailable, "namespace unknown", "namespace: what applies to it is not known yet")
	}
	return h.judge(ctx, b, rv, engine.Request{
		Operation: engine.Operation(rv.operation),
		Kind:      rv.objectKind,
		Namespace: ns,
		User:      engine.User{Name: rv.user, Groups: rv.groups},
		DryRun:    rv.dryRun,
		Now:       h.Now(),
		Object:    rv.object,
		OldObject: rv.oldObject,
	})
}

func (h *handler) namespace(ctx context.Context, name string) (engine.Namespace, error) {
	if h.Namespaces == nil {
		return engine.Namespace{Name: name}, nil
	}
	return h.Namespaces.Namespace(ctx, name)
}

// judged tells whether the review is about something that is judged, and the
// answer where it is not. A kind that nobody registered us for is the
// registration's fault, never a reason to let it through unseen.
func (r *review) judged() (answer, bool) {
	plural := ""
	switch r.objectKind {
	case "Job":
		plural = "jobs"
	case "CronJob":
		plural = "cronjobs"
	}
	switch {
	case plural == "" || r.group != "batch" || r.version != "v1":
		return failed(http.StatusBadRequest, "malformed", "request.kind: expected Job or CronJob of batch/v1; the registration sends more than that"), false
	case r.resource != plural:
		return failed(http.StatusBadRequest, "malformed", "request.resource: expected "+plural), false
	case r.sub != "":
		return allowed(r.uid, "skipped"), false // a status has nothing that a rule reads
	case r.operation == "DELETE" || r.operation == "CONNECT":
		return allowed(r.uid, "skipped"), false
	case r.operation != string(engine.Create) && r.operation != string(engine.Update):
		return failed(http.StatusBadRequest, "malformed", "request.operation: expected CREATE or UPDATE"), false
	case r.object == nil:
		return failed(http.StatusBadRequest, "malformed", "request.object is missing"), false
	case r.namespace == "":
		return failed(http.StatusBadRequest, "malformed", "request.namespace is missing"), false
	case r.operation == string(engine.Update) && r.oldObject == nil:
		return failed(http.StatusBadRequest, "malformed", "request.oldObject is missing"), false
	}
	return answer{}, true
}
