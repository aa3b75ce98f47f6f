package rotation

import (
	"context"
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

// steps are the commands of the first console block after a sentence in a section of the page about rotations.
func steps(t *testing.T, section, sentence string) []string {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "manifests", "runbook", "rotation.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), section)
	_, after, found := strings.Cut(after, sentence)
	_, block, begins := strings.Cut(after, "```console\n")
	block, _, ends := strings.Cut(block, "\n```")
	if !found || !begins || !ends {
		t.Fatalf("there is no console block after %q in %q", sentence, section)
	}
	lines := strings.Split(block, "\n")
	for i, line := range lines {
		step, more := strings.CutSuffix(line, " &&")
		if more != (i < len(lines)-1) {
			t.Fatalf("%q: expected one command, so that who pastes it does not go on where a step fails", line)
		}
		lines[i] = step
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

const beginning = "-----BEGIN CERTIFICATE-----"

// carried are the caBundles of both configurations, with something in them.
func carried(t *testing.T) map[string]string {
	t.Helper()
	registration := shared.Client().AdmissionregistrationV1()
	mutating, err := registration.MutatingWebhookConfigurations().Get(t.Context(), certs.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	validating, err := registration.ValidatingWebhookConfigurations().Get(t.Context(), certs.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	bundles := map[string]string{
		"the mutating configuration":   string(mutating.Webhooks[0].ClientConfig.CABundle),
		"the validating configuration": string(validating.Webhooks[0].ClientConfig.CABundle),
	}
	for what, text := range bundles {
		if !strings.Contains(text, beginning) {
			t.Fatalf("%s trusts nobody", what)
		}
	}
	return bundles
}

func TestNobodyTrustsAStolenCAAfterTheStepsOfThePage(t *testing.T) {
	for name, test := range map[string]struct {
		section string
		options controlplane.GateOptions
		trusted string // the Secret with the CAs to trust
		key     string
	}{
		"of the gate": {section: "## The gate's own CA", trusted: certs.SecretName, key: "bundle.crt"},
		"of cert-manager": {
			section: "## cert-manager", trusted: certs.TrustSecretName, key: "ca.crt",
			options: controlplane.GateOptions{Overlay: "overlays/cert-manager", Args: []string{"--certs=cert-manager"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if test.trusted == certs.TrustSecretName {
				startCertManager(t)
			}
			if err := shared.Client().CoreV1().Secrets(namespace).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
				t.Fatal(err)
			}
			g := guard(t, test.options)
			if _, err := g.load.Stop(); err != nil { // the page says that requests are lost
				t.Fatal(err)
			}
			stolen := carried(t)
			began := time.Now()
			g.follow(t, steps(t, test.section, "**A key that was stolen**"))
			world.Eventually(t, time.Minute, "both replicas are ready", func(ctx context.Context) error {
				for _, gate := range g.Gates() {
					if err := gate.Ready(ctx); err != nil {
						return err
					}
				}
				return nil
			})
			t.Logf("served again after %s", time.Since(began).Round(10*time.Millisecond))
			secret, err := shared.Client().CoreV1().Secrets(namespace).Get(t.Context(), test.trusted, metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			now := carried(t)
			now["the Secret "+test.trusted] = string(secret.Data[test.key])
			for what, text := range now {
				if strings.Count(text, beginning) != 1 || strings.Contains(stolen["the validating configuration"], strings.TrimSpace(text)) {
					t.Errorf("%s has the old CA, or more than one:\n%s", what, text)
				}
			}
			if err := g.WaitUntilServing(t.Context()); err != nil {
				t.Fatal(err)
			}
			g.load = shared.Load(t, rate)
			g.clean(t, 200)
		})
	}
}
