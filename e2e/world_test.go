package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// world is the one control plane of this test binary and the gate that guards it at the moment.
type world struct {
	*controlplane.ControlPlane
	binary string // of batchgate

	mu      sync.Mutex
	gate    *controlplane.Gate
	options controlplane.GateOptions
}

var shared *world

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) (code int) {
	ctx := context.Background()
	if err := start(ctx); err != nil {
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

// guardedBy puts a gate with these options in front of the API server, unless it is there already. Tests that change the
// gate run one after the other; only their subtests run in parallel.
func guardedBy(t *testing.T, options controlplane.GateOptions) *controlplane.Gate {
	t.Helper()
	options.Binary = shared.binary
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
	eventuallyWithin(t, time.Minute, what, ask)
}

func eventuallyWithin(t *testing.T, limit time.Duration, what string, ask func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
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
			t.Fatalf("%s: not within %s, the last answer was: %v", what, limit, err)
		case <-tick.C:
		}
	}
}
