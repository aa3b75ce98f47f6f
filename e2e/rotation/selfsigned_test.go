package rotation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

func TestRotationsOfItsOwnCertificatesLoseNothing(t *testing.T) {
	g := guard(t, controlplane.GateOptions{})
	for n := range pick(1, 3) {
		before := g.all(t)
		annotate(t, certs.SecretName, certs.AnnotationRotate, strconv.Itoa(n+1))
		g.untilOthers(t, before, true)
		g.cut()
	}
	for n := range pick(2, 10) {
		before := g.all(t)
		annotate(t, certs.SecretName, certs.AnnotationRotateLeaf, strconv.Itoa(n+1))
		g.untilOthers(t, before, false)
		g.cut()
	}
	g.clean(t, pick(1000, 6000))
}

func TestWhatSomebodyDamagesIsMendedAndTold(t *testing.T) {
	g := guard(t, controlplane.GateOptions{})
	client := shared.Client()
	secrets := client.CoreV1().Secrets(namespace)
	bundle := func(ctx context.Context) ([]byte, error) {
		configuration, err := client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Get(ctx, certs.ConfigurationName, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		return configuration.Webhooks[0].ClientConfig.CABundle, nil
	}
	for _, damage := range []struct {
		name, told string
		do         func(ctx context.Context) error
	}{
		{"the Secret is deleted", certs.ReasonSecretRestored, func(ctx context.Context) error {
			return secrets.Delete(ctx, certs.SecretName, metav1.DeleteOptions{})
		}},
		{"the Secret has no usable key", certs.ReasonSecretRestored, func(ctx context.Context) error {
			_, err := secrets.Patch(ctx, certs.SecretName, types.MergePatchType, []byte(`{"data":{"ca.key":"bm8ga2V5"}}`), metav1.PatchOptions{})
			return err
		}},
		{"the caBundle is cleared", certs.ReasonBundleRestored, func(ctx context.Context) error {
			_, err := client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Patch(ctx, certs.ConfigurationName, types.JSONPatchType,
				[]byte(`[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]`), metav1.PatchOptions{})
			return err
		}},
	} {
		before, err := bundle(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := strings.Count(g.logs(), `"reason":"`+damage.told+`"`)
		if err := damage.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", damage.name, err)
		}
		began := time.Now()
		world.Eventually(t, time.Minute, damage.name+": it is mended and told", func(ctx context.Context) error {
			now, err := bundle(ctx)
			if err != nil {
				return err
			}
			if string(now) != string(before) {
				return fmt.Errorf("the caBundle has %d bytes, expected what it had before", len(now))
			}
			secret, err := secrets.Get(ctx, certs.SecretName, metav1.GetOptions{})
			if err != nil {
				return err
			}
			if secret.Type == corev1.SecretTypeOpaque && string(secret.Data["ca.key"]) == "no key" {
				return fmt.Errorf("the Secret still has the wrong key")
			}
			if strings.Count(g.logs(), `"reason":"`+damage.told+`"`) == told {
				return fmt.Errorf("no replica says %s", damage.told)
			}
			return nil
		})
		t.Logf("%s: mended after %s", damage.name, time.Since(began).Round(10*time.Millisecond))
	}
	result, err := g.load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if result.Wrong > 0 {
		t.Errorf("%d answers are wrong", result.Wrong)
	}
}

func (g *guarded) logs() string { return g.Gate(0).Log() + g.Gate(1).Log() }
