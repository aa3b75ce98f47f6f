package parity

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

// setting is the control plane of this test binary and what the command line asks for.
type setting struct {
	*world.World
	root     string
	audit    *auditLog
	n        int
	seed     uint64
	only     int // the one case to run, -1 for all
	policies map[string]string
}

var shared setting

func TestMain(m *testing.M) {
	flag.IntVar(&shared.n, "n", 1000, "how many manifests are generated")
	flag.Uint64Var(&shared.seed, "seed", 1, "where the generator starts")
	flag.IntVar(&shared.only, "case", -1, "the number of the only case to run")
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	file, err := writeAuditPolicy()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(file)
	code := world.Run(m, controlplane.Options{
		WithoutControllers: true, // a Job that runs is not the answer to its create
		APIServerArgs:      []string{"--audit-policy-file=" + file, "--audit-log-maxsize=1000000"},
	}, prepare)
	if shared.audit != nil {
		if err := shared.audit.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

func writeAuditPolicy() (path string, err error) {
	file, err := os.CreateTemp("", "audit-policy-*.yaml")
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(auditPolicy)
	return file.Name(), errors.Join(err, file.Close())
}

func prepare(ctx context.Context, w *world.World) (err error) {
	shared.World = w
	if shared.root, err = controlplane.Root(); err != nil {
		return err
	}
	if shared.audit, err = openAuditLog(w.AuditLog()); err != nil {
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
	return furnish(ctx, w.Client())
}
