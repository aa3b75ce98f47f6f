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
	// heapAllowance may be in use besides what the bodies and terms of the moment are
	// known to take: more than that is an evaluation that makes something without end.
	heapAllowance = 96 << 20
	// heapFresh is how long an answer about the heap is good for everybody who asks,
	// and heapCollected how long it is after a collection, which takes a while.
	heapFresh     = 5 * time.Millisecond
	heapCollected = 25 * time.Millisecond
)

const heapObjects = "/memory/classes/heap/objects:bytes"

// heap tells whether memory gets scarce. Only evaluations that take long ask, so
// it costs nothing while none does.
type heap struct {
	high uint64 // bytes; 0: there is no limit

	mu     sync.Mutex
	sample []metrics.Sample
	until  time.Time // the last answer is good
	was    bool
}

// newHeap takes the memory limit of the process as it is now.
func newHeap() *heap {
	h := &heap{sample: []metrics.Sample{{Name: heapObjects}}}
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		h.high = uint64(heapShare * float64(limit))
	}
	return h
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
	most, fresh := min(h.high, heapAllowance+uint64(expected)), heapFresh
	h.was = h.used() > most
	if h.was { // some of it may be garbage, which is no reason to give up anything
		runtime.GC()
		h.was, fresh = h.used() > most, heapCollected
	}
	h.until = time.Now().Add(fresh)
	return h.was
}

func (h *heap) used() uint64 {
	metrics.Read(h.sample)
	return h.sample[0].Value.Uint64()
}
