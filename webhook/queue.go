package webhook

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// evaluationsPerCPU are judged at once for each CPU. More would all be late
	// together: under five times the load that a machine can do, nobody would be
	// answered before the deadline.
	evaluationsPerCPU = 4
	// queuedPerCPU wait for their turn; the next one is shed at once.
	queuedPerCPU = 32
	// queueTime is how long one waits at most. Who has waited longer is shed, so that
	// those behind it still have time to be judged.
	queueTime = 500 * time.Millisecond
)

// queue is where reviews wait to be judged.
type queue struct {
	slots   *semaphore.Weighted
	waiting atomic.Int64
	most    int64 // that wait
}

func newQueue(cpus int) *queue {
	return &queue{slots: semaphore.NewWeighted(int64(evaluationsPerCPU * cpus)), most: int64(queuedPerCPU * cpus)}
}

// enter waits for a turn, which leave ends.
func (q *queue) enter(ctx context.Context) error {
	if q.slots.TryAcquire(1) {
		return nil
	}
	defer q.waiting.Add(-1)
	if q.waiting.Add(1) > q.most {
		return errBusy
	}
	ctx, cancel := context.WithTimeout(ctx, queueTime)
	defer cancel()
	if q.slots.Acquire(ctx, 1) != nil {
		return errBusy
	}
	return nil
}

func (q *queue) leave() { q.slots.Release(1) }
