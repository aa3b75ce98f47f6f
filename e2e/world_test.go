package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

// guarded is the control plane of this test binary and the gate that guards it at the moment.
type guarded struct {
	*world.World

	mu      sync.Mutex
	gate    *controlplane.Gate
	options controlplane.GateOptions
}

var shared *guarded

func TestMain(m *testing.M) {
	os.Exit(world.Run(m, controlplane.Options{}, func(_ context.Context, w *world.World) error {
		shared = &guarded{World: w}
		return nil
	}))
}

// guardedBy puts a gate with these options in front of the API server, unless it is there already. Tests that change the
// gate run one after the other; only their subtests run in parallel.
func guardedBy(t *testing.T, options controlplane.GateOptions) *controlplane.Gate {
	t.Helper()
	options.Binary = shared.Binary
	options.Args = append(options.Args, "--drain=0s") // no other replica takes over
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.gate != nil && same(shared.options, options) {
		return shared.gate
	}
	if shared.gate != nil {
		if err := shared.gate.Stop(); err != nil {
			t.Errorf("the gate before this one: %v", err)
		}
		shared.gate = nil
	}
	gate, err := shared.InstallGate(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	shared.gate, shared.options = gate, options
	return gate
}

func same(a, b controlplane.GateOptions) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// policy is a policy file of testdata.
func policy(t *testing.T, name string) controlplane.GateOptions {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return controlplane.GateOptions{Policy: path}
}

// eventually asks until the answer is nil. What takes longer than a minute will not come.
func eventually(t *testing.T, what string, ask func(context.Context) error) {
	t.Helper()
	world.Eventually(t, time.Minute, what, ask)
}
