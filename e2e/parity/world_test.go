package parity

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// world is the control plane of this test binary and what the command line asks for.
type world struct {
	*controlplane.ControlPlane
	binary   string // of batchgate
	root     string
	audit    *auditLog
	n        int
	seed     uint64
	only     int // the one case to run, -1 for all
	policies map[string]string
}

var shared world

func TestMain(m *testing.M) {
	flag.IntVar(&shared.n, "n", 1000, "how many manifests are generated")
	flag.Uint64Var(&shared.seed, "seed", 1, "where the generator starts")
	flag.IntVar(&shared.only, "case", -1, "the number of the only case to run")
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	if err := start(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := errors.Join(shared.audit.Close(), shared.Stop()); err != nil {
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
	file, err := os.CreateTemp("", "audit-policy-*.yaml")
	if err != nil {
		return err
	}
	defer os.RemoveAll(file.Name())
	if _, err := file.WriteString(auditPolicy); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	c, err := controlplane.Start(ctx, binaries, controlplane.Options{
		WithoutControllers: true, // a Job that runs is not the answer to its create
		APIServerArgs:      []string{"--audit-policy-file=" + file.Name(), "--audit-log-maxsize=1000000"},
	})
	if err != nil {
		return err
	}
	shared.ControlPlane = c
	if err := prepare(ctx, c); err != nil {
		return errors.Join(err, c.Stop())
	}
	return nil
}

func prepare(ctx context.Context, c *controlplane.ControlPlane) (err error) {
	if shared.binary, err = controlplane.BuildGate(ctx, c.Dir(), os.Stderr); err != nil {
		return err
	}
	if shared.root, err = controlplane.Root(); err != nil {
		return err
	}
	if shared.audit, err = openAuditLog(c.AuditLog()); err != nil {
		return err
	}
	shared.policies = map[string]string{}
	for _, name := range policies() {
		shared.policies[name] = name
		path := filepath.Join(shared.root, "e2e", "parity", "testdata", name+".yaml")
		if _, err := os.Stat(path); err == nil {
			shared.policies[name] = path
		}
	}
	return furnish(ctx, c.Client())
}
