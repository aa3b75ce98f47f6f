package snapshot

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/world"
)

var shared *world.World

func TestMain(m *testing.M) {
	os.Exit(world.Run(m, controlplane.Options{}, func(_ context.Context, w *world.World) error {
		shared = w
		return nil
	}))
}

const policy = `apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: platform}
extends: recommended
rules:
  backoff-limit: {params: {max: 3}}
`

const surroundings = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 300Mi}, defaultRequest: {memory: 200Mi}, max: {memory: 1Gi}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec: {hard: {pods: "10", limits.memory: 4Gi}}
`

// job is one with something in its spec, and containers.
func job(spec, resources string) string {
	return fmt.Sprintf("apiVersion: batch/v1\nkind: Job\nmetadata: {name: report, namespace: shop}\nspec:\n  %s\n  template: {spec: {restartPolicy: Never, containers: [{name: main, image: \"busybox:1.36\", resources: %s}]}}\n", spec, resources)
}

func TestACheckWithTheContextOfAClusterJudgesAsItDoes(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	gate, err := shared.InstallGate(ctx, controlplane.GateOptions{Binary: shared.Binary, Policy: dir, Args: []string{"--drain=0s"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := gate.Stop(); err != nil {
			t.Error(err)
		}
	})
	if r := shared.Kubectl(ctx, surroundings, "apply", "-f", "-"); r.Code != 0 {
		t.Fatal(r.Output)
	}
	maps := shared.Client().CoreV1().ConfigMaps(rendered.Namespace)
	m, err := maps.Get(ctx, "batchgate-policy", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m.Data["policy.yaml"] = policy
	if _, err := maps.Update(ctx, m, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "context.yaml")
	world.Eventually(t, time.Minute, "the snapshot is complete", func(ctx context.Context) error {
		r := controlplane.Run(exec.CommandContext(ctx, shared.Binary, "snapshot", "--kubeconfig", shared.Kubeconfig(), "-o", saved))
		if r.Code != 0 {
			return fmt.Errorf("exit status %d: %s", r.Code, r.Output)
		}
		text, err := os.ReadFile(saved)
		if err != nil {
			return err
		}
		for _, part := range []string{"name: compute", "team: shop", "max: 3"} {
			if !strings.Contains(string(text), part) {
				return fmt.Errorf("it does not have %q:\n%s", part, text)
			}
		}
		return nil
	})
	for name, text := range map[string]string{
		"a Job that is fine":                          job("backoffLimit: 2", "{limits: {cpu: 1, memory: 512Mi}, requests: {cpu: 1, memory: 512Mi}}"),
		"a Job that the own policy refuses":           job("backoffLimit: 5", "{}"),
		"a Job whose values the LimitRange gives":     job("backoffLimit: 2", "{}"),
		"a Job with more than the LimitRange allows":  job("backoffLimit: 2", "{limits: {memory: 2Gi}}"),
		"a Job with more than the ResourceQuota left": job("parallelism: 20\n  completions: 20", "{limits: {memory: 512Mi}}"),
	} {
		t.Run(name, func(t *testing.T) {
			cluster := shared.Kubectl(ctx, text, "create", "--dry-run=server", "-o", "json", "-f", "-")
			cmd := exec.CommandContext(ctx, shared.Binary, "check", "--client=create", "--context", saved, "-o", "json", "-")
			cmd.Stdin = strings.NewReader(text)
			here := controlplane.Run(cmd)
			var report struct {
				Policy  struct{ Name string }
				Objects []struct {
					Verdict   string
					NotJudged []any
					Changes   []struct {
						Field string
						To    any
					}
					Findings []struct{ Mode, Message string }
				}
			}
			if err := json.Unmarshal([]byte(here.Stdout), &report); err != nil {
				t.Fatalf("%v\n%s", err, here.Output)
			}
			o := report.Objects[0]
			if report.Policy.Name != "platform" || len(o.NotJudged) > 0 {
				t.Errorf("the policy is %s, not judged: %v", report.Policy.Name, o.NotJudged)
			}
			if refused := o.Verdict == "refused"; refused != (cluster.Code != 0) {
				t.Fatalf("here it is %s, the cluster says %d: %s", o.Verdict, cluster.Code, cluster.Output)
			}
			for _, f := range o.Findings { // each warning as the cluster gives it
				if f.Mode == "warn" && !strings.Contains(cluster.Stderr, f.Message) && cluster.Code == 0 {
					t.Errorf("the cluster does not say %q: %s", f.Message, cluster.Stderr)
				}
			}
			for _, c := range o.Changes {
				if value := fmt.Sprint(c.To); cluster.Code == 0 && !strings.Contains(cluster.Stdout, value) {
					t.Errorf("the cluster does not fill in %s with %s: %s", c.Field, value, cluster.Stdout)
				}
			}
		})
	}
}

func TestWhatASnapshotMayNotReadIsNamed(t *testing.T) {
	if err := shared.Register(t.Context(), 1, controlplane.GateOptions{}); err != nil {
		t.Fatal(err)
	}
	kubeconfig, err := shared.KubeconfigOf(t.Context(), "default", "default") // which may see nothing
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "context.yaml")
	r := controlplane.Run(exec.CommandContext(t.Context(), shared.Binary, "snapshot", "--kubeconfig", kubeconfig, "-o", saved))
	if r.Code != 2 || !strings.Contains(r.Stderr, "you may not list namespaces") {
		t.Errorf("exit status %d: %s", r.Code, r.Output)
	}
	if _, err := os.Stat(saved); err == nil {
		t.Error("something was written")
	}
}
