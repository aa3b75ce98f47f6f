package webhook

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
	close(free)
	for deadline := time.Now().Add(time.Minute); testutil.ToFloat64(metrics.abandoned) > 0; {
		if time.Now().After(deadline) {
			t.Fatal("evaluations that have ended are still counted")
		}
	}
	if got := post(t, h, "/validate"); got.Code != http.StatusOK {
		t.Errorf("%d %s, expected an answer as before", got.Code, got.Body)
	}
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
