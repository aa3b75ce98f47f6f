package certmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	apiutil "github.com/cert-manager/cert-manager/pkg/api/util"
	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// CertManager is a running cert-manager.
type CertManager struct {
	client     client.Client
	controller *process
	cainjector *process
}

// Start builds cert-manager where that is necessary, installs its CRDs and starts its processes. They have every right.
// The flags are added to the command line of cainjector.
func Start(ctx context.Context, c *controlplane.ControlPlane, progress io.Writer, injectorFlags ...string) (*CertManager, error) {
	b, err := build(ctx, progress)
	if err != nil {
		return nil, err
	}
	if err := b.install(ctx, c); err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), cmapi.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	m := &CertManager{}
	if m.client, err = client.New(c.RESTConfig(), client.Options{Scheme: scheme}); err != nil {
		return nil, err
	}
	if m.controller, err = start(c.Dir(), b.controller, "--kubeconfig", c.Kubeconfig()); err != nil {
		return nil, err
	}
	if m.cainjector, err = start(c.Dir(), b.cainjector, append([]string{"--kubeconfig", c.Kubeconfig()}, injectorFlags...)...); err != nil {
		return nil, errors.Join(err, m.controller.stop())
	}
	return m, nil
}

// InstallCRDs gives a control plane the kinds of cert-manager, and nobody who acts on them.
func InstallCRDs(ctx context.Context, c *controlplane.ControlPlane, progress io.Writer) error {
	b, err := build(ctx, progress)
	if err != nil {
		return err
	}
	return b.install(ctx, c)
}

func (b binaries) install(ctx context.Context, c *controlplane.ControlPlane) error {
	crds, err := filepath.Glob(filepath.Join(b.crds, "*.yaml"))
	if err != nil || len(crds) == 0 {
		return fmt.Errorf("%s: no CRDs: %w", b.crds, err)
	}
	for _, crd := range crds {
		if result := c.Kubectl(ctx, "", "apply", "--server-side", "-f", crd); result.Code != 0 {
			return fmt.Errorf("kubectl apply -f %s: %s", crd, result.Output)
		}
	}
	if result := c.Kubectl(ctx, "", "wait", "--for=condition=Established", "--timeout=60s", "crd",
		"certificates.cert-manager.io", "issuers.cert-manager.io", "certificaterequests.cert-manager.io"); result.Code != 0 {
		return fmt.Errorf("kubectl wait: %s", result.Output)
	}
	return nil
}

// Stop ends both processes.
func (m *CertManager) Stop() error { return errors.Join(m.cainjector.stop(), m.controller.stop()) }

// PauseInjector makes cainjector stand still, so that every caBundle stays as it is, until ResumeInjector.
func (m *CertManager) PauseInjector() error { return m.cainjector.pause() }

// ResumeInjector lets cainjector go on.
func (m *CertManager) ResumeInjector() error { return m.cainjector.resume() }

// Logs are the ends of what both processes wrote.
func (m *CertManager) Logs() string { return m.controller.tail() + "\n" + m.cainjector.tail() }

// Apply applies a file of cert-manager's objects, and returns when the named Certificates are ready.
func (m *CertManager) Apply(ctx context.Context, c *controlplane.ControlPlane, namespace, file string, names ...string) error {
	if result := c.Kubectl(ctx, "", "apply", "-f", file); result.Code != 0 {
		return fmt.Errorf("kubectl apply -f %s: %s", file, result.Output)
	}
	for _, name := range names {
		if err := m.ready(ctx, namespace, name, 1); err != nil {
			return fmt.Errorf("%w\n%s", err, m.Logs())
		}
	}
	return nil
}

// Renew has a Certificate issued again, as `cmctl renew` does, and returns when that is done.
func (m *CertManager) Renew(ctx context.Context, namespace, name string) error {
	for {
		certificate := &cmapi.Certificate{}
		if err := m.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, certificate); err != nil {
			return err
		}
		revision := 0
		if certificate.Status.Revision != nil {
			revision = *certificate.Status.Revision
		}
		apiutil.SetCertificateCondition(certificate, certificate.Generation, cmapi.CertificateConditionIssuing,
			cmmeta.ConditionTrue, "ManuallyTriggered", "Certificate re-issuance manually triggered")
		err := m.client.Status().Update(ctx, certificate)
		if apierrors.IsConflict(err) {
			continue
		}
		if err != nil {
			return err
		}
		return m.ready(ctx, namespace, name, revision+1)
	}
}

// ready returns when a Certificate has been issued so many times and is ready.
func (m *CertManager) ready(ctx context.Context, namespace, name string, revision int) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		certificate := &cmapi.Certificate{}
		if err := m.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, certificate); err != nil {
			return err
		}
		ready := apiutil.CertificateHasCondition(certificate, cmapi.CertificateCondition{
			Type: cmapi.CertificateConditionReady, Status: cmmeta.ConditionTrue,
		})
		issuing := apiutil.GetCertificateCondition(certificate, cmapi.CertificateConditionIssuing)
		if ready && certificate.Status.Revision != nil && *certificate.Status.Revision >= revision &&
			(issuing == nil || issuing.Status != cmmeta.ConditionTrue) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for revision %d of the Certificate %s/%s: %w, its status is %+v",
				revision, namespace, name, ctx.Err(), certificate.Status)
		case <-tick.C:
		}
	}
}

// Secret is what cert-manager has written.
func (m *CertManager) Secret(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	secret := &corev1.Secret{}
	return secret, m.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, secret)
}
