package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/batchgate/batchgate/policies/engine"
)

const (
	// lateness is how long an evaluation may take to notice that it was cancelled.
	lateness = 50 * time.Millisecond
	// maxAbandoned bounds the evaluations that run on although nobody waits for
	// them: each holds memory and a share of a core.
	maxAbandoned = 8
	// longestStuck is how long there may be as many before the process is better begun anew.
	longestStuck = time.Minute
	// heapLook is how often the heap is looked at while an evaluation takes long.
	heapLook = 10 * time.Millisecond
)

var errAbandoned = errors.New("too many evaluations that do not end")

// running are the evaluations of all reviews.
type running struct {
	mu        sync.Mutex   // of what follows, but for reading abandoned
	abandoned atomic.Int32 // evaluations that run on
	stuck     time.Time    // since when there are maxAbandoned; zero: there are fewer
	heap      *heap
	queue     *queue
	workers   workers
}

func newRunning() *running {
	return &running{heap: newHeap(), queue: newQueue(runtime.GOMAXPROCS(0)), workers: newWorkers()}
}

// abandon counts an evaluation that nobody waits for, until ended.
func (r *running) abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.abandoned.Add(1) >= maxAbandoned && r.stuck.IsZero() {
		r.stuck = time.Now()
	}
}

func (r *running) ended() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.abandoned.Add(-1) < maxAbandoned {
		r.stuck = time.Time{}
	}
}

// stuckFor is how long every review has been shed for want of evaluations that end.
func (r *running) stuckFor() (long time.Duration, stuck bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stuck.IsZero() {
		return 0, false
	}
	return time.Since(r.stuck), true
}

// judge answers when the engine does, or at the deadline, whatever the engine
// does: a builtin may not notice that it was cancelled. The body stays held until
// the evaluation has ended.
func (h *handler) judge(ctx context.Context, b *body, rv *review, req engine.Request) answer {
	if h.running.abandoned.Load() >= maxAbandoned {
		return h.shed("abandoned", errAbandoned)
	}
	if err := h.running.queue.enter(ctx); err != nil {
		return h.shed("busy", err)
	}
	defer h.running.queue.leave()
	ctx, cancel := context.WithTimeout(ctx, h.EvalTimeout)
	defer cancel()
	done := make(chan answer, 1)
	b.hold()
	h.running.workers.do(func() {
		defer b.release()
		defer b.evaluated(h.running.heap)
		done <- h.contained(ctx, rv, req)
	})
	look := time.NewTimer(heapLook)
	defer look.Stop()
	for {
		select {
		case a := <-done:
			return a
		case <-look.C:
			b.takesLong(h.running.heap)
			if h.running.heap.over(h.intake.expected()) {
				cancel()
				return h.givenUp(done, rv, true)
			}
			look.Reset(heapLook)
		case <-ctx.Done():
			return h.givenUp(done, rv, false)
		}
	}
}

// givenUp waits a moment for an evaluation that was cancelled, and leaves it to
// itself when it does not end.
func (h *handler) givenUp(done <-chan answer, rv *review, memory bool) answer {
	late := time.NewTimer(lateness)
	defer late.Stop()
	var a answer
	select {
	case a = <-done:
		if a.status == http.StatusOK { // it was done when it was cancelled
			return a
		}
	case <-late.C:
		h.running.abandon()
		h.Metrics.abandoned.Inc()
		go func() {
			<-done
			h.running.ended()
			h.Metrics.abandoned.Dec()
		}()
		h.Metrics.overruns.Inc()
		h.Log.Warn("deadline; the evaluation runs on", "path", h.path, "kind", rv.objectKind, "namespace", rv.namespace)
		a = failed(http.StatusGatewayTimeout, "deadline", "the review was not judged before its deadline")
	}
	if memory {
		h.Metrics.heapCancelled.Inc()
		h.Log.Warn("review given up: the heap came close to the memory limit", "path", h.path, "kind", rv.objectKind, "namespace", rv.namespace)
		return failed(http.StatusServiceUnavailable, "memory", "overloaded: no memory to judge this review")
	}
	return a
}

// contained is ask with its answer encoded while the body is held, since a patch
// may hold parts of it, and without its panics.
func (h *handler) contained(ctx context.Context, rv *review, req engine.Request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = h.panicked(p)
		}
	}()
	return h.ask(ctx, rv, req).encode()
}

func (h *handler) panicked(p any) answer {
	h.Metrics.panics.Inc()
	h.Log.Error("panic while answering a review", "path", h.path, "panic", clean(engine.Bounded(fmt.Sprint(p), maxCause), false), "stack", string(debug.Stack()))
	return failed(http.StatusInternalServerError, "panic", "internal error")
}
