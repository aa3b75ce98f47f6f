package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/traffic"
)

// firstChart is the chart as it was first.
const firstChart = "batchgate-first.tgz"

// onLoopback is a post-renderer that has the API server reach the replicas, which are processes here.
type onLoopback struct{ port int }

// Run is that of a postrenderer.PostRenderer.
func (o onLoopback) Run(manifests *bytes.Buffer) (*bytes.Buffer, error) {
	decoder := utilyaml.NewYAMLOrJSONDecoder(manifests, 4096)
	out := &bytes.Buffer{}
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		switch object.GetKind() {
		case "Service":
			if object.GetName() == "batchgate" {
				object.Object["spec"] = map[string]any{"type": "ExternalName", "externalName": "localhost"}
			}
		case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
			webhooks, _, err := unstructured.NestedSlice(object.Object, "webhooks")
			if err != nil {
				return nil, err
			}
			if err := unstructured.SetNestedField(webhooks[0].(map[string]any), int64(o.port), "clientConfig", "service", "port"); err != nil {
				return nil, err
			}
			if err := unstructured.SetNestedSlice(object.Object, webhooks, "webhooks"); err != nil {
				return nil, err
			}
		}
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(out, "---\n%s", text)
	}
}

// helm is a Helm that talks to the control plane.
func helm() (*action.Configuration, error) {
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig = new(shared.Kubeconfig())
	flags.Namespace = new(rendered.Namespace)
	c := action.NewConfiguration(action.ConfigurationSetLogger(slog.DiscardHandler))
	return c, c.Init(flags, rendered.Namespace, "secret")
}

func TestAnUpgradeFromTheFirstChartIsNotNoticed(t *testing.T) {
	// What other tests have applied would not be Helm's to upgrade.
	if r := shared.Kubectl(t.Context(), rendered.Kustomize(t, "cert-manager", "mtls", "events"), "delete", "--ignore-not-found", "-f", "-"); r.Code != 0 {
		t.Fatal(r.Output)
	}
	if r := shared.Kubectl(t.Context(), restricted, "apply", "-f", "-"); r.Code != 0 {
		t.Fatal(r.Output)
	}
	values := func() map[string]any { return map[string]any{"drainSeconds": 3} }
	port := 0
	replicas, err := traffic.StartReplicas(t.Context(), shared.ControlPlane, traffic.Options{
		Gate: controlplane.GateOptions{Binary: shared.Binary, Args: []string{"--drain=3s"}},
		Register: func(ctx context.Context, at int) error {
			port = at
			c, err := helm()
			if err != nil {
				return err
			}
			install := action.NewInstall(c)
			install.ReleaseName, install.Namespace = "batchgate", rendered.Namespace
			install.PostRenderer, install.WaitStrategy = onLoopback{at}, kube.HookOnlyStrategy
			_, err = install.RunWithContext(ctx, rendered.LoadChart(t, filepath.Join("testdata", firstChart)), values())
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := replicas.Close(); err != nil {
			t.Error(err)
		}
	})
	load := shared.Load(t, 100)
	if err := load.WaitFor(t.Context(), 200); err != nil {
		t.Fatal(err)
	}
	c, err := helm()
	if err != nil {
		t.Fatal(err)
	}
	upgrade := action.NewUpgrade(c)
	upgrade.Namespace, upgrade.PostRenderer, upgrade.WaitStrategy = rendered.Namespace, onLoopback{port}, kube.HookOnlyStrategy
	began := time.Now()
	if _, err := upgrade.RunWithContext(t.Context(), "batchgate", rendered.LoadChart(t, rendered.ChartDir(t)), values()); err != nil {
		t.Fatal(err)
	}
	for i := range replicas.Gates() { // one new one, then one old one less, as maxSurge 1 and maxUnavailable 0 have it
		if err := replicas.Restart(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("upgraded and rolled in %s", time.Since(began).Round(time.Millisecond))
	if err := load.WaitFor(t.Context(), load.Counts().Answered()+200); err != nil {
		t.Fatal(err)
	}
	result, err := load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if err := result.Clean(); err != nil {
		t.Error(err)
	}
	t.Run("a Secret that would make the API server distrust the replicas is told of", func(t *testing.T) { refusesLeftOver(t, values()) })
}

// refusesLeftOver would have the release take its certificates from cert-manager, with a Secret in the way and without.
func refusesLeftOver(t *testing.T, values map[string]any) {
	t.Helper()
	values["certificates"] = map[string]any{"mode": "cert-manager"}
	try := func() error {
		c, err := helm()
		if err != nil {
			t.Fatal(err)
		}
		upgrade := action.NewUpgrade(c)
		upgrade.Namespace, upgrade.DryRunStrategy, upgrade.WaitStrategy = rendered.Namespace, action.DryRunServer, kube.HookOnlyStrategy
		_, err = upgrade.RunWithContext(t.Context(), "batchgate", rendered.LoadChart(t, rendered.ChartDir(t)), values)
		return err
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: certs.TrustSecretName}}
	secrets := shared.Client().CoreV1().Secrets(rendered.Namespace)
	if _, err := secrets.Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := try(); err == nil || !strings.Contains(err.Error(), "kubectl -n batchgate-system delete secret batchgate-trust") {
		t.Errorf("with the Secret: %v, expected what to do", err)
	}
	if err := secrets.Delete(t.Context(), secret.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := try(); err != nil {
		t.Errorf("without the Secret: %v", err)
	}
}
