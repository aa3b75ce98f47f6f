package rotation

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

// steps are the commands of the first console block after a sentence of the page about rotations.
func steps(t *testing.T, sentence string) []string {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "manifests", "runbook", "rotation.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), sentence)
	_, block, begins := strings.Cut(after, "```console\n")
	block, _, ends := strings.Cut(block, "\n```")
	if !found || !begins || !ends {
		t.Fatalf("there is no console block after %q", sentence)
	}
	var lines []string
	for line := range strings.Lines(block) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// follow runs the steps of the page with the control plane's own kubectl. Nothing makes Pods of a Deployment here: who
// follows it when it is scaled is this test.
func (g *guarded) follow(t *testing.T, steps []string) {
	t.Helper()
	for _, step := range steps {
		if strings.Contains(step, "--replicas=2") {
			for i := range g.Gates() {
				if err := g.Launch(i); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd := exec.CommandContext(t.Context(), "bash", "-ec", step)
		cmd.Env = shared.KubectlCommand(t.Context(), "").Env
		if r := controlplane.Run(cmd); r.Code != 0 {
			t.Fatalf("%s: exit status %d\n%s", step, r.Code, r.Output)
		}
		if strings.Contains(step, "--replicas=0") {
			for i := range g.Gates() {
				if err := g.Stop(i); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// carried are the caBundles of both configurations.
func carried(ctx context.Context) (string, error) {
	registration := shared.Client().AdmissionregistrationV1()
	mutating, err := registration.MutatingWebhookConfigurations().Get(ctx, certs.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	validating, err := registration.ValidatingWebhookConfigurations().Get(ctx, certs.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	return string(mutating.Webhooks[0].ClientConfig.CABundle) + string(validating.Webhooks[0].ClientConfig.CABundle), nil
}

func TestNothingTrustsAStolenCAAfterTheStepsOfThePage(t *testing.T) {
	g := guard(t, controlplane.GateOptions{})
	if _, err := g.load.Stop(); err != nil { // the page says that requests are lost
		t.Fatal(err)
	}
	secrets := shared.Client().CoreV1().Secrets(namespace)
	before, err := secrets.Get(t.Context(), certs.SecretName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	stolen := strings.TrimSpace(string(before.Data["ca.crt"]))
	if now, err := carried(t.Context()); err != nil || strings.Count(now, stolen) != 2 {
		t.Fatalf("the CA is not in both caBundles, which proves nothing: %v", err)
	}
	began := time.Now()
	g.follow(t, steps(t, "**A key that was stolen**"))
	world.Eventually(t, time.Minute, "both replicas are ready", func(ctx context.Context) error {
		for _, gate := range g.Gates() {
			if err := gate.Ready(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	t.Logf("served again after %s", time.Since(began).Round(10*time.Millisecond))
	after, err := secrets.Get(t.Context(), certs.SecretName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	now, err := carried(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"a caBundle": now, "the Secret": fmt.Sprintf("%s%s", after.Data["ca.crt"], after.Data["bundle.crt"])} {
		if !strings.Contains(text, "BEGIN CERTIFICATE") || strings.Contains(text, stolen) {
			t.Errorf("%s is empty or has the old CA:\n%s", what, text)
		}
	}
	if err := g.WaitUntilServing(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.load = shared.Load(t, rate)
	g.clean(t, 200)
}
