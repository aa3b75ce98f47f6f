package stolen

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/certmanager"
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

// e2e/rotation does the same for the gate's own CA.
func TestNobodyTrustsAStolenCAOfCertManagerAfterTheCommandsOfThePage(t *testing.T) {
	startCertManager(t)
	options := controlplane.GateOptions{Overlay: "overlays/cert-manager", Args: []string{"--certs=cert-manager"}, Binary: shared.Binary}
	gate, err := shared.InstallGate(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, gate) })
	stolen := trusted(t.Context(), t)
	before, after := commands(t, "## cert-manager")
	typed(t, before)
	stop(t, gate) // its Pod, in a cluster
	typed(t, after)
	options.Port = gate.Port
	again, err := shared.StartGate(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, again) })
	world.Eventually(t, 2*time.Minute, "the gate is ready again", again.Ready)
	if err := shared.WaitForAnswers(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	for where, bundle := range trusted(t.Context(), t) {
		if bytes.Count(bundle, []byte("BEGIN CERTIFICATE")) != 1 || bytes.Contains(bundle, bytes.TrimSpace(stolen[where])) {
			t.Errorf("%s trusts more than one CA, or the stolen one:\n%s", where, bundle)
		}
	}
	secret, err := shared.Client().CoreV1().Secrets(rendered.Namespace).Get(t.Context(), certs.TrustSecretName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for where, bundle := range stolen {
		if bytes.Contains(secret.Data["ca.crt"], bytes.TrimSpace(bundle)) {
			t.Errorf("the Secret %s has the CA that %s trusted", certs.TrustSecretName, where)
		}
	}
}

// startCertManager runs until the test ends.
func startCertManager(t *testing.T) {
	t.Helper()
	manager, err := certmanager.Start(t.Context(), shared.ControlPlane, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(manager.Logs())
		}
		if err := manager.Stop(); err != nil {
			t.Error(err)
		}
	})
}

func stop(t *testing.T, gate *controlplane.Gate) {
	t.Helper()
	if err := gate.Stop(); err != nil {
		t.Error(err)
	}
}

// trusted are the caBundles of both configurations, by their kind.
func trusted(ctx context.Context, t *testing.T) map[string][]byte {
	t.Helper()
	client := shared.Client().AdmissionregistrationV1()
	mutating, mutatingErr := client.MutatingWebhookConfigurations().Get(ctx, certs.ConfigurationName, metav1.GetOptions{})
	validating, validatingErr := client.ValidatingWebhookConfigurations().Get(ctx, certs.ConfigurationName, metav1.GetOptions{})
	if err := errors.Join(mutatingErr, validatingErr); err != nil {
		t.Fatal(err)
	}
	bundles := map[string][]byte{
		"the mutating configuration":   mutating.Webhooks[0].ClientConfig.CABundle,
		"the validating configuration": validating.Webhooks[0].ClientConfig.CABundle,
	}
	for where, bundle := range bundles {
		if !bytes.Contains(bundle, []byte("BEGIN CERTIFICATE")) {
			t.Fatalf("%s trusts nobody", where)
		}
	}
	return bundles
}

// commands are those that a section of the page has for a stolen key: what is done before the replicas are gone, and after.
func commands(t *testing.T, section string) (before, after string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(rendered.Root(t), "manifests", "runbook", "rotation.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := strings.Cut(string(text), section)
	_, page, _ = strings.Cut(page, "**A key that was stolen**")
	_, page, _ = strings.Cut(page, "```console\n")
	page, _, found := strings.Cut(page, "```")
	before, after, waits := strings.Cut(page, "--timeout=2m\n")
	if !found || !waits {
		t.Fatalf("%s: no commands that wait for the replicas to go", section)
	}
	return before + "--timeout=2m\n", after
}

// typed runs commands one after the other; each must succeed.
func typed(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-euc", text)
	shell.Env = shared.KubectlCommand(ctx, "").Env
	if result := controlplane.Run(shell); result.Code != 0 {
		t.Fatalf("%s\n%s", text, result.Output)
	}
}
