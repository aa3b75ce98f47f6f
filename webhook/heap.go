package webhook

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	// heapShare of the memory limit may be in use before evaluations are given up. The
	// rest is for stacks, for what the collector has not returned yet, and for what is
	// allocated until an evaluation notices.
	heapShare = 0.7
	// heapAllowance may be in use besides what lived before the evaluations of the moment
	// took long, and what their bodies and terms are known to take: more than that is an
	// evaluation that makes something without end.
	heapAllowance = 96 << 20
	// heapFresh is how long an answer about the heap is good for everybody who asks,
	// and heapCollected how long it is after a collection, which takes a while.
	heapFresh     = 5 * time.Millisecond
	heapCollected = 25 * time.Millisecond
)

// What is in use, garbage not yet swept included, and what lived when the collector
// last looked (runtime/metrics).
const (
	heapObjects = "/memory/classes/heap/objects:bytes"
	heapLive    = "/gc/heap/live:bytes"
)

// heap tells whether memory gets scarce. Only evaluations that take long ask, so
// it costs nothing while none does.
type heap struct {
	high uint64 // bytes; 0: there is no limit

	mu    sync.Mutex
	long  int       // evaluations that take long, also those that nobody waits for
	base  uint64    // what lived before the first of them
	until time.Time // the last answer is good
	was   bool
}

// newHeap takes the memory limit of the process as it is now.
func newHeap() *heap {
	h := &heap{}
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		h.high = uint64(heapShare * float64(limit))
	}
	return h
}

// enter says that an evaluation takes long; leave, that it has ended. What lives when the
// first one enters is not theirs: namespaces, policies, what others hold.
func (h *heap) enter() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.long++; h.long == 1 {
		h.base = figure(heapLive)
	}
}

func (h *heap) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.long--
}

// How far the evaluation of a body is.
const (
	evaluating int32 = iota
	takingLong
	evaluationEnded
)

// takesLong counts the evaluation of a body as one that takes long, once.
func (b *body) takesLong(h *heap) {
	if b.evaluation.Load() != evaluating {
		return
	}
	h.enter()
	if !b.evaluation.CompareAndSwap(evaluating, takingLong) {
		h.leave()
	}
}

// evaluated counts it no more.
func (b *body) evaluated(h *heap) {
	if b.evaluation.Swap(evaluationEnded) == takingLong {
		h.leave()
	}
}

// over reports whether more is in use than there should be, garbage not counted, while
// bodies and terms are expected to take so many bytes.
func (h *heap) over(expected int64) bool {
	if h.high == 0 {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().Before(h.until) {
		return h.was
	}
	most, fresh := min(h.high, h.base+heapAllowance+uint64(expected)), heapFresh
	h.was = figure(heapObjects) > most
	if h.was { // some of it may be garbage, which is no reason to give up anything
		runtime.GC()
		h.was, fresh = figure(heapObjects) > most, heapCollected
	}
	h.until = time.Now().Add(fresh)
	return h.was
}

// figure is one of the runtime's, in bytes.
func figure(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
