package availability

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
)

var long = flag.Bool("long", false, "run the long form of each test")

// world is the one control plane of this test binary.
type world struct {
	*controlplane.ControlPlane
	binary string // of batchgate
}

var shared *world

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) (code int) {
	if err := start(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code = m.Run()
	if err := shared.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func start(ctx context.Context) error {
	binaries, err := controlplane.Build(ctx, os.Stderr)
	if err != nil {
		return err
	}
	c, err := controlplane.Start(ctx, binaries, controlplane.Options{})
	if err != nil {
		return err
	}
	binary, err := controlplane.BuildGate(ctx, c.Dir(), os.Stderr)
	if err != nil {
		return errors.Join(err, c.Stop())
	}
	shared = &world{ControlPlane: c, binary: binary}
	return nil
}

// pick is the long value with -long and the short one without.
func pick[V any](short, full V) V {
	if *long {
		return full
	}
	return short
}

const lag = time.Second // of the endpoints

// guard puts two replicas in front of the API server for the time of a test. Short forms drain for less time than is
// shipped, and for longer than the lag.
func guard(t *testing.T) *traffic.Replicas {
	t.Helper()
	r, err := traffic.StartReplicas(t.Context(), shared.ControlPlane, traffic.Options{
		Gate: controlplane.GateOptions{Binary: shared.binary, Args: pick([]string{"--drain=3s"}, nil)},
		Lag:  lag,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// load sends requests whose answers are known until the test stops it.
func load(t *testing.T, rate int) *traffic.Load {
	t.Helper()
	mix, err := traffic.Recommended(t.Context(), shared.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}
	l, err := traffic.StartLoad(t.Context(), shared.ControlPlane, mix, rate)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// stopped ends a load and shows what became of it.
func stopped(t *testing.T, l *traffic.Load) traffic.Result {
	t.Helper()
	result, err := l.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	return result
}

// eventually asks until the answer is nil, and fails when that takes longer than it may.
func eventually(t *testing.T, within time.Duration, what string, ask func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s, the last answer was: %v", what, within, err)
		case <-tick.C:
		}
	}
}
