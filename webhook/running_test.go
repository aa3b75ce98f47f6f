package webhook

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/batchgate/batchgate/policies/engine"
)

// slowJudge waits before it has nothing to say. It is safe for concurrent use.
type slowJudge struct {
	silentJudge
	wait func(context.Context) error
}

func (s slowJudge) Validate(ctx context.Context, _ engine.Request) (engine.Verdict, error) {
	return engine.Verdict{}, s.wait(ctx)
}

func post(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	return call(h, path+"?timeout=5s", recorded(t, createJob))
}

func TestTheAnswerComesAtTheDeadlineHoweverLongTheEvaluationRuns(t *testing.T) {
	t.Parallel()
	metrics := NewMetrics()
	free := make(chan struct{})
	judge := slowJudge{wait: func(context.Context) error {
		<-free // a builtin that does not notice that it was cancelled
		return nil
	}}
	h := NewHandler(Options{Judge: judge, EvalTimeout: 20 * time.Millisecond, Metrics: metrics})
	for range maxAbandoned {
		if got := post(t, h, "/validate"); got.Code != http.StatusGatewayTimeout {
			t.Fatalf("%d %s, expected 504", got.Code, got.Body)
		}
	}
	if got := testutil.ToFloat64(metrics.abandoned); got != maxAbandoned {
		t.Errorf("%v evaluations are abandoned, expected %d", got, maxAbandoned)
	}
	if got := post(t, h, "/validate"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "do not end") {
		t.Errorf("%d %s, expected it to be shed", got.Code, got.Body)
	}
	if h.Ready() == nil {
		t.Error("ready, although nothing is judged")
	}
	if err := h.Alive(); err != nil {
		t.Errorf("given up at once: %v", err)
	}
	h.running.mu.Lock()
	h.running.stuck = h.running.stuck.Add(-2 * longestStuck) // some time later
	h.running.mu.Unlock()
	if h.Alive() == nil {
		t.Error("alive, although nothing was judged for two minutes")
	}
	close(free)
	for deadline := time.Now().Add(time.Minute); testutil.ToFloat64(metrics.abandoned) > 0; {
		if time.Now().After(deadline) {
			t.Fatal("evaluations that have ended are still counted")
		}
	}
	if got := post(t, h, "/validate"); got.Code != http.StatusOK {
		t.Errorf("%d %s, expected an answer as before", got.Code, got.Body)
	}
	if err := errors.Join(h.Ready(), h.Alive()); err != nil {
		t.Errorf("expected it to be ready as before: %v", err)
	}
}

// TestOverloadIsShedAtOnce: who cannot be judged in time is told so, at once where too
// many wait already, and the next one is judged as soon as one that was is done.
func TestOverloadIsShedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * workerIdle) // until the workers have gone
		metrics := NewMetrics()
		free := make(chan struct{})
		h := NewHandler(Options{Judge: slowJudge{wait: func(context.Context) error {
			<-free
			return nil
		}}, EvalTimeout: time.Minute, Metrics: metrics})
		cpus := runtime.GOMAXPROCS(0)
		statuses := make(chan int, 1000)
		send := func(n int) {
			for range n {
				go func() { statuses <- post(t, h, "/validate").Code }()
			}
			synctest.Wait()
		}
		send(evaluationsPerCPU * cpus) // are judged
		send(queuedPerCPU * cpus)      // wait
		began := time.Now()
		if got := post(t, h, "/validate"); got.Code != http.StatusServiceUnavailable || time.Since(began) != 0 {
			t.Errorf("%d %s after %v, expected it to be shed at once", got.Code, got.Body, time.Since(began))
		}
		time.Sleep(queueTime)
		synctest.Wait()
		if got := len(statuses); got != queuedPerCPU*cpus {
			t.Errorf("%d were answered after %v, expected all that waited", got, queueTime)
		}
		for range queuedPerCPU * cpus {
			if status := <-statuses; status != http.StatusServiceUnavailable {
				t.Errorf("status %d for one that waited too long", status)
			}
		}
		close(free)
		synctest.Wait()
		if got := post(t, h, "/validate"); got.Code != http.StatusOK {
			t.Errorf("%d %s, expected an answer as before", got.Code, got.Body)
		}
		if got := testutil.ToFloat64(metrics.shed.WithLabelValues("busy")); got != float64(1+queuedPerCPU*cpus) {
			t.Errorf("%v were shed", got)
		}
	})
}

func TestReviewsAreGivenUpWhenMemoryGetsScarce(t *testing.T) {
	t.Parallel()
	metrics := NewMetrics()
	h := &handler{
		Options: Options{Judge: slowJudge{wait: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}}, EvalTimeout: time.Minute, Metrics: metrics, Log: discard(), Now: time.Now},
		path: validating, intake: newIntake(), running: newRunning(),
	}
	h.running.heap.high = 1 // byte
	if got := post(t, h, "/"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "memory") {
		t.Errorf("%d %s, expected 503", got.Code, got.Body)
	}
	if got := testutil.ToFloat64(metrics.heapCancelled); got != 1 {
		t.Errorf("%v reviews were given up, expected 1", got)
	}
}

// TestWhatLivesBesideEvaluationsIsNotTheirs is not parallel: others' memory is what it is about.
func TestWhatLivesBesideEvaluationsIsNotTheirs(t *testing.T) { //nolint:paralleltest // see above
	for name, test := range map[string]struct {
		ballast, grown int // bytes that live beside the evaluation, and that it makes
		want           int
	}{
		"a large cluster's namespaces":          {ballast: 150 << 20, want: http.StatusOK},
		"an evaluation that makes much":         {grown: 150 << 20, want: http.StatusServiceUnavailable},
		"both":                                  {ballast: 150 << 20, grown: 150 << 20, want: http.StatusServiceUnavailable},
		"both, and little of it the evaluation": {ballast: 150 << 20, grown: 16 << 20, want: http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // see above
			var grown [][]byte
			h := &handler{
				Options: Options{Judge: slowJudge{wait: func(ctx context.Context) error {
					for i := 0; i < 40 && ctx.Err() == nil; i++ { // as long as looks at the heap need
						if size := test.grown / 40; size > 0 {
							grown = append(grown, make([]byte, size))
						}
						select {
						case <-time.After(heapLook / 2):
						case <-ctx.Done():
						}
					}
					return ctx.Err()
				}}, EvalTimeout: time.Minute, Metrics: NewMetrics(), Log: discard(), Now: time.Now},
				path: validating, intake: newIntake(), running: newRunning(),
			}
			h.running.heap.high = 1 << 40
			ballast := make([]byte, test.ballast)
			runtime.GC()
			if got := post(t, h, "/"); got.Code != test.want {
				t.Errorf("%d %s, expected %d", got.Code, got.Body, test.want)
			}
			runtime.KeepAlive(ballast)
			runtime.KeepAlive(grown)
		})
	}
}

func TestWithoutAPolicyNothingIsDecided(t *testing.T) {
	t.Parallel()
	judge := &fakeJudge{
		mutate: func(context.Context, engine.Request) (engine.Mutation, error) {
			return engine.Mutation{}, engine.ErrNotLoaded
		},
		validate: func(context.Context, engine.Request) (engine.Verdict, error) {
			return engine.Verdict{}, engine.ErrNotLoaded
		},
	}
	h := NewHandler(Options{Judge: judge})
	for _, path := range []string{"/mutate", "/validate"} {
		if got := post(t, h, path); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "not ready") {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
}
