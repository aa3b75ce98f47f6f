package availability

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

var long = flag.Bool("long", false, "run the long form of each test")

var shared *world.World

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(world.Run(m, controlplane.Options{}, func(_ context.Context, w *world.World) error {
		shared = w
		return nil
	}))
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
		Gate: controlplane.GateOptions{Binary: shared.Binary, Args: pick([]string{"--drain=3s"}, nil)},
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
