package webhook

import "time"

// workerIdle is how long a worker waits for its next evaluation. It is short so that
// nothing is left behind soon after the last review.
const workerIdle = 250 * time.Millisecond

// workers are goroutines for evaluations, as many as there is work for. One that is
// done waits for the next: Rego recurses deeply, and to grow the stack of a new
// goroutine would take about as long as to judge a Job.
type workers struct{ tasks chan func() }

func newWorkers() workers { return workers{tasks: make(chan func())} }

// do has a task done by a worker that is idle, or by a new one.
func (w workers) do(task func()) {
	select {
	case w.tasks <- task:
	default:
		go w.work(task)
	}
}

func (w workers) work(task func()) {
	idle := time.NewTimer(workerIdle)
	defer idle.Stop()
	for {
		task()
		task = nil //nolint:wastedassign // what it holds is garbage now
		idle.Reset(workerIdle)
		select {
		case task = <-w.tasks:
		case <-idle.C:
			return
		}
	}
}
