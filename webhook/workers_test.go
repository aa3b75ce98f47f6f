package webhook

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWorkersTakeTheNextTaskAndGoWhenThereIsNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorkers()
		stuck, done := make(chan struct{}), make(chan int, 3)
		w.do(func() { <-stuck; done <- 1 })
		w.do(func() { done <- 2 }) // not behind the first
		if got := <-done; got != 2 {
			t.Errorf("%d was done first, expected 2", got)
		}
		synctest.Wait()
		taken := false
		select {
		case w.tasks <- func() { done <- 3 }:
			taken = true
		default:
		}
		if !taken || <-done != 3 {
			t.Error("the worker that is idle did not take the next task")
		}
		close(stuck)
		<-done
		time.Sleep(2 * workerIdle) // of the test's clock
		synctest.Wait()
		select {
		case w.tasks <- func() {}:
			t.Error("a worker is still there")
		default:
		}
	})
}

func TestManyTasksAtOnceAreAllDone(t *testing.T) {
	t.Parallel()
	w := newWorkers()
	var all sync.WaitGroup
	for range 1000 {
		all.Add(1)
		w.do(all.Done)
	}
	all.Wait()
}
