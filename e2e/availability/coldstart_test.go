package availability

import (
	"context"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
)

// The only replica is given requests from its first moment on, whatever its readiness says. It may fail to answer; it may not
// answer from a policy, a certificate or a view of the namespaces that is not complete. Where its start is slow differs from
// one to the next: the process is halted somewhere in it.
func TestAStartingReplicaNeverDecidesFromAnIncompleteState(t *testing.T) {
	r, err := traffic.StartReplicas(t.Context(), shared.ControlPlane, traffic.Options{
		Gate:  controlplane.GateOptions{Binary: shared.Binary, Args: []string{"--drain=0s"}},
		Count: 1, Lag: time.Millisecond, PublishNotReady: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	chance := rand.New(rand.NewPCG(1, 1))
	l := shared.Load(t, rate)
	starts := pick(6, 50)
	for range starts {
		if err := r.Kill(0); err != nil {
			t.Fatal(err)
		}
		if err := r.Launch(0); err != nil {
			t.Fatal(err)
		}
		halt(t, r.Gate(0), upTo(chance, time.Second), upTo(chance, pick(2*time.Second, 5*time.Second)))
		if err := r.WaitUntilServing(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	result := stopped(t, l)
	for _, bad := range result.Bad {
		if bad.Class == traffic.Wrong {
			t.Errorf("wrong %.2fs after the start: %s: %s", bad.Sent.Sub(result.Began).Seconds(), bad.Request, bad.Got)
		}
	}
	if result.Failed < starts {
		t.Errorf("%d requests failed in %d starts, expected some in each", result.Failed, starts)
	}
	reasons := map[string]int{}
	for _, bad := range result.Bad {
		if at := strings.LastIndex(bad.Got, ": "); bad.Class == traffic.Failed && at > 0 {
			reasons[bad.Got[at+2:]]++
		}
	}
	t.Logf("%d starts; why the first requests failed: %v", starts, reasons)
}

// halt stops a process after a while, for a while.
func halt(t *testing.T, gate *controlplane.Gate, after, pause time.Duration) {
	t.Helper()
	until(t, time.Now().Add(after))
	if err := syscall.Kill(gate.Pid(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	until(t, time.Now().Add(pause))
	if err := syscall.Kill(gate.Pid(), syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// until waits for a time.
func until(t *testing.T, at time.Time) {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), at)
	defer cancel()
	<-ctx.Done()
	if err := t.Context().Err(); err != nil {
		t.Fatal(err)
	}
}

func upTo(chance *rand.Rand, limit time.Duration) time.Duration {
	return time.Duration(chance.Int64N(int64(limit)))
}
