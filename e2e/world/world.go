// Package world is what tests on a real control plane begin and end with: one control plane and one build of batchgate for
// all tests of a package, requests whose answers are known, and waiting for what comes in its own time.
//
// It knows how a test binary is run. What is installed and what is expected of it is known to the tests.
package world

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
)

// World is the control plane of a test binary.
type World struct {
	*controlplane.ControlPlane
	Binary string // of batchgate, built from this checkout
}

// Run starts a control plane, has it prepared, runs the tests, stops it and looks for goroutines that nobody ended. It
// returns what the process is to exit with.
func Run(m *testing.M, options controlplane.Options, prepare func(context.Context, *World) error) int {
	code, err := run(m, options, prepare)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func run(m *testing.M, options controlplane.Options, prepare func(context.Context, *World) error) (code int, err error) {
	ctx := context.Background()
	binaries, err := controlplane.Build(ctx, os.Stderr)
	if err != nil {
		return 0, err
	}
	c, err := controlplane.Start(ctx, binaries, options)
	if err != nil {
		return 0, err
	}
	w := &World{ControlPlane: c}
	if w.Binary, err = controlplane.BuildGate(ctx, c.Dir(), os.Stderr); err == nil {
		err = prepare(ctx, w)
	}
	if err == nil {
		code = m.Run()
	}
	if stopped := c.Stop(); err == nil {
		err = stopped
	}
	if err == nil && code == 0 {
		err = goleak.Find()
	}
	return code, err
}

// Eventually asks until the answer is nil and says how long that took. The test fails when it takes longer than it may.
func Eventually(t testing.TB, within time.Duration, what string, ask func(context.Context) error) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		err := ask(ctx)
		if err == nil {
			return time.Since(began)
		}
		if ctx.Err() == nil {
			last = err // not that the time is up
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s, the last answer was: %v", what, within, last)
		case <-tick.C:
		}
	}
}

// Load sends requests whose answers are known under the recommended preset, so many a second, until the test stops it. The
// gate must be there already.
func (w *World) Load(t testing.TB, rate int) *traffic.Load {
	t.Helper()
	mix, err := traffic.Recommended(t.Context(), w.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}
	load, err := traffic.StartLoad(t.Context(), w.ControlPlane, mix, rate)
	if err != nil {
		t.Fatal(err)
	}
	return load
}
