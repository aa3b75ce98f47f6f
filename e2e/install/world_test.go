package install

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/batchgate/batchgate/e2e/certmanager"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/world"
)

var shared *world.World

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

// auditPolicy records what the gate asks for, too, and whether it was allowed.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: RequestResponse, verbs: [create, update, patch], resources: [{group: batch}]}
  - {level: Metadata, userGroups: ["system:serviceaccounts:` + rendered.Namespace + `"]}
  - {level: None}
`

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "batchgate-install-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	policy := filepath.Join(dir, "audit.yaml")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return world.Run(m, controlplane.Options{
		APIServerArgs: []string{"--audit-policy-file=" + policy},
		// A quota that nobody has counted yet keeps out every Pod that it is about.
		ControllerArgs: []string{"--controllers=resourcequota-controller"},
	}, func(ctx context.Context, w *world.World) error {
		shared = w
		if err := certmanager.InstallCRDs(ctx, w.ControlPlane, os.Stderr); err != nil {
			return err
		}
		if result := w.Kubectl(ctx, prometheusCRDs(), "apply", "--server-side", "-f", "-"); result.Code != 0 {
			return fmt.Errorf("kubectl apply: %s", result.Output)
		}
		return nil
	})
}

// prometheusCRDs are the two kinds of the Prometheus operator that manifests use, without their schemas: those are held
// to the operator's types where manifests are decoded.
func prometheusCRDs() (text string) {
	for plural, kind := range map[string]string{"servicemonitors": "ServiceMonitor", "prometheusrules": "PrometheusRule"} {
		text += fmt.Sprintf(`---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]s.monitoring.coreos.com}
spec:
  group: monitoring.coreos.com
  names: {plural: %[1]s, kind: %[2]s}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`, plural, kind)
	}
	return text
}
