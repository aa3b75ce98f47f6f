package priority

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

var shared *world.World

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

// limited is what GKE tells its API server: Pods of these classes are made only where a quota speaks of them.
const limited = `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
  - name: ResourceQuota
    configuration:
      apiVersion: apiserver.config.k8s.io/v1
      kind: ResourceQuotaConfiguration
      limitedResources:
        - resource: pods
          matchScopes:
            - {scopeName: PriorityClass, operator: In, values: [system-node-critical, system-cluster-critical]}
`

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "batchgate-priority-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "admission.yaml")
	if err := os.WriteFile(config, []byte(limited), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return world.Run(m, controlplane.Options{
		APIServerArgs:  []string{"--admission-control-config-file=" + config},
		ControllerArgs: []string{"--controllers=deployment-controller,replicaset-controller,resourcequota-controller"},
	}, func(_ context.Context, w *world.World) error {
		shared = w
		return nil
	})
}
