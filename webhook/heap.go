package webhook

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// heapShare of the memory limit may be in use before evaluations are given up. The
// rest is for stacks, for what the collector has not returned yet, and for what is
// allocated until an evaluation notices.
const heapShare = 0.7

// heapFresh is how long an answer about the heap is good for everybody who asks.
const heapFresh = 5 * time.Millisecond

const heapObjects = "/memory/classes/heap/objects:bytes"

// heap tells whether memory gets scarce. Only evaluations that take long ask, so
// it costs nothing while none does.
type heap struct {
	high uint64 // bytes; 0: there is no limit

	mu     sync.Mutex
	sample []metrics.Sample
	at     time.Time
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

// over reports whether more is in use than there should be, garbage not counted.
func (h *heap) over() bool {
	if h.high == 0 {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.at) < heapFresh {
		return h.was
	}
	h.was = h.used() > h.high
	if h.was { // some of it may be garbage, which is no reason to give up anything
		runtime.GC()
		h.was = h.used() > h.high
	}
	h.at = time.Now()
	return h.was
}

func (h *heap) used() uint64 {
	metrics.Read(h.sample)
	return h.sample[0].Value.Uint64()
}
