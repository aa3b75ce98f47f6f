package live

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// elsewhere is Try with a count, and with an error in its place.
type elsewhere struct {
	tried atomic.Int32
	err   atomic.Pointer[error]
}

func (e *elsewhere) try(ctx context.Context, spec string) error {
	e.tried.Add(1)
	if err := e.err.Load(); err != nil {
		return *err
	}
	return Try(ctx, spec)
}

func TestASetWithRegoIsTriedElsewhereFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "policy.yaml", good)
	var e elsewhere
	attempts := make(chan Attempt, 100)
	l, err := New(Options{Spec: dir, Try: e.try, Loaded: func(a Attempt) { attempts <- a }, Interval: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	r := running{Live: l, attempts: attempts}
	tried := func(want int32, what string) {
		t.Helper()
		if got := e.tried.Load(); got != want {
			t.Errorf("%s: tried %d times, expected %d", what, got, want)
		}
	}
	r.next(t, Loaded)
	tried(0, "a policy without Rego")

	write(t, dir, "rules/small-jobs/small-jobs.rego", ownBad)
	first := r.next(t, Loaded).Identity
	tried(1, "a rule")

	broken := strings.Replace(ownBad, "parallelism >", "paralelism >", 1)
	write(t, dir, "rules/small-jobs/small-jobs.rego", broken)
	a := r.next(t, Failed)
	tried(2, "a rule with a mistake")
	if a.Identity != first || !strings.Contains(a.Err.Error(), filepath.Join(dir, "rules/small-jobs/small-jobs.rego")+":11:") {
		t.Errorf("%s: %v, expected the place", a.Identity, a.Err)
	}

	write(t, dir, "rules/small-jobs/small-jobs.rego", ownBad)
	r.next(t, Unchanged)
	tried(2, "a rule that passed before")

	hostile := errors.New("takes all memory")
	e.err.Store(&hostile)
	write(t, dir, "rules/small-jobs/small-jobs.rego", ownBad+"\n# another text\n")
	if a := r.next(t, Failed); a.Identity != first || !errors.Is(a.Err, hostile) {
		t.Errorf("%s: %v, expected %s to stay in force and %v", a.Identity, a.Err, first, hostile)
	}
	tried(3, "a rule that takes all memory")
}

func TestATrialIsGivenUpWhenTheFilesChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "policy.yaml", good)
	write(t, dir, "rules/small-jobs/small-jobs.rego", "never")
	started, loaded := make(chan struct{}, 1), make(chan Attempt, 1)
	l, err := New(Options{Spec: dir, Interval: time.Millisecond, Loaded: func(a Attempt) { loaded <- a }, Try: func(ctx context.Context, spec string) error {
		if err := Try(ctx, spec); err == nil {
			return nil
		}
		started <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	<-started
	write(t, dir, "rules/small-jobs/small-jobs.rego", ownBad)
	if a := <-loaded; a.Result != Loaded {
		t.Errorf("%s: %v, expected the text that came meanwhile", a.Result, a.Err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestASetThatWasNotDecidedIsTriedAgainLaterAndLater(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "policy.yaml", good)
	write(t, dir, "rules/small-jobs/small-jobs.rego", ownBad)
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		l, err := New(Options{Spec: dir, Interval: time.Second, Try: func(ctx context.Context, spec string) error {
			at = append(at, time.Since(began).Truncate(5*time.Second))
			if len(at) < 5 {
				return &Undecided{Err: errors.New("no process was to be had")}
			}
			return Try(ctx, spec)
		}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- l.Run(ctx) }()
		time.Sleep(time.Hour) // of the bubble: nobody waits for it
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]time.Duration{0, 10 * time.Second, 30 * time.Second, 70 * time.Second, 150 * time.Second}, at); diff != "" {
			t.Errorf("tried at (-want +got):\n%s", diff)
		}
		if l.Ready() != nil {
			t.Errorf("not ready: %v", l.Ready())
		}
	})
}
