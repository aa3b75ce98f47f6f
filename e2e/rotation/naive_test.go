package rotation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/certmanager"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

// The usual way: cainjector takes the CA from the Certificate, and the server reads the mount.
const (
	injectFromCertificate = `{"metadata":{"annotations":{"cert-manager.io/inject-ca-from":"` + namespace + "/" + leafCertificate + `","cert-manager.io/inject-ca-from-secret":null}}}`
	leafSecret            = "batchgate-serving"
)

// TestTheUsualWayWithCertManagerLosesRequests is the experiment behind component cert-manager: with inject-ca-from, nobody
// sees to it that a new CA is trusted before it signs, and before cert-manager 1.19 it took the place of the one before at
// once. It also shows that these tests see a gap where there is one.
func TestTheUsualWayWithCertManagerLosesRequests(t *testing.T) {
	for name, test := range map[string]struct {
		flags       []string      // of cainjector
		mountLag    time.Duration // how late the mount is; a kubelet may take more than a minute
		injectorLag time.Duration // how long cainjector takes
		loses       bool
	}{
		"the mount is late, and the CA is replaced": {flags: []string{"--feature-gates=CAInjectorMerging=false"}, mountLag: 3 * time.Second, loses: true},
		"cainjector is late":                        {injectorLag: 3 * time.Second, loses: true},
		"the mount is late, and the CA is added":    {mountLag: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			manager, err := certmanager.Start(t.Context(), shared.ControlPlane, os.Stderr, test.flags...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := manager.Stop(); err != nil {
					t.Error(err)
				}
			})
			g := usualWay(t, manager, test.mountLag)
			before := g.all(t)
			if err := manager.Renew(t.Context(), namespace, caCertificate); err != nil {
				t.Fatal(err)
			}
			if test.injectorLag > 0 {
				if err := manager.PauseInjector(); err != nil {
					t.Fatal(err)
				}
			}
			if err := manager.Renew(t.Context(), namespace, leafCertificate); err != nil {
				t.Fatal(err)
			}
			if test.injectorLag > 0 {
				g.untilOthers(t, before, true)
			}
			g.cut()
			if err := g.load.WaitFor(t.Context(), g.load.Counts().Answered()+int(test.injectorLag.Seconds()*rate)); err != nil {
				t.Fatal(err)
			}
			if err := manager.ResumeInjector(); err != nil {
				t.Fatal(err)
			}
			g.untilOthers(t, before, true)
			result, err := g.load.Stop()
			if err != nil {
				t.Fatal(err)
			}
			rest := result.WithoutCut(g.cuts)
			t.Logf("one new CA: %s", rest)
			if lost := rest.Failed + rest.Unfilled; (lost > 0) != test.loses {
				t.Errorf("%d requests are lost, expected some: %v", lost, test.loses)
			}
		})
	}
}

// usualWay is guard for replicas that read a mount, with cainjector told to take the CA from the Certificate.
func usualWay(t *testing.T, manager *certmanager.CertManager, mountLag time.Duration) *guarded {
	t.Helper()
	mount := &lateMount{dir: t.TempDir(), lag: mountLag}
	prepare := func(i int, _ *controlplane.GateOptions) {
		if i > 0 {
			return
		}
		world.Eventually(t, time.Minute, "the certificate is in the mount", func(ctx context.Context) error { return mount.sync(ctx, manager) })
		ctx, cancel := context.WithCancel(t.Context())
		synced := make(chan struct{})
		t.Cleanup(func() { cancel(); <-synced })
		go func() {
			defer close(synced)
			mount.keep(ctx, manager)
		}()
		if err := injectFrom(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return guardAll(t, traffic.Options{Prepare: prepare, Gate: controlplane.GateOptions{
		Overlay: "overlays/cert-manager", Args: []string{"--certs=dir:" + mount.dir},
	}})
}

// injectFrom annotates both configurations.
func injectFrom(ctx context.Context) error {
	client := shared.Client().AdmissionregistrationV1()
	patch, name := []byte(injectFromCertificate), certs.ConfigurationName
	_, mutating := client.MutatingWebhookConfigurations().Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	_, validating := client.ValidatingWebhookConfigurations().Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	return errors.Join(mutating, validating)
}

// lateMount is what a kubelet does for a volume of the leaf's Secret.
type lateMount struct {
	dir  string
	lag  time.Duration
	have []byte
}

// keep writes each new certificate, late, until ctx ends.
func (m *lateMount) keep(ctx context.Context, manager *certmanager.CertManager) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var due time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		secret, err := manager.Secret(ctx, namespace, leafSecret)
		switch {
		case err != nil || bytes.Equal(secret.Data[corev1.TLSCertKey], m.have):
			due = time.Time{}
		case due.IsZero():
			due = time.Now().Add(m.lag)
		case time.Now().After(due):
			if err := m.write(secret); err != nil {
				return // the test sees that no new certificate is served
			}
		}
	}
}

// sync writes the certificate that is there now.
func (m *lateMount) sync(ctx context.Context, manager *certmanager.CertManager) error {
	secret, err := manager.Secret(ctx, namespace, leafSecret)
	if err != nil {
		return err
	}
	return m.write(secret)
}

func (m *lateMount) write(secret *corev1.Secret) error {
	if len(secret.Data[corev1.TLSCertKey]) == 0 {
		return fmt.Errorf("Secret %s has no certificate yet", secret.Name)
	}
	for key, data := range secret.Data {
		if err := os.WriteFile(filepath.Join(m.dir, key), data, 0o600); err != nil {
			return err
		}
	}
	m.have = secret.Data[corev1.TLSCertKey]
	return nil
}
