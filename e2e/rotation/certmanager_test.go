package rotation

import (
	"os"
	"testing"

	"github.com/batchgate/batchgate/e2e/certmanager"
	"github.com/batchgate/batchgate/e2e/controlplane"
)

// The names of the shipped Certificates.
const (
	caCertificate   = "batchgate-ca"
	leafCertificate = "batchgate"
)

// startCertManager runs its controllers until the test ends.
func startCertManager(t *testing.T) *certmanager.CertManager {
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
	return manager
}

func TestRotationsByCertManagerLoseNothing(t *testing.T) {
	manager := startCertManager(t)
	g := guard(t, controlplane.GateOptions{Overlay: "overlays/cert-manager", Args: []string{"--certs=cert-manager"}})
	for range pick(1, 3) {
		// A new CA signs nothing until somebody has the leaf issued again; cainjector comes late.
		if err := manager.Renew(t.Context(), namespace, caCertificate); err != nil {
			t.Fatal(err)
		}
		before := g.all(t)
		if err := manager.PauseInjector(); err != nil {
			t.Fatal(err)
		}
		if err := manager.Renew(t.Context(), namespace, leafCertificate); err != nil {
			t.Fatal(err)
		}
		g.cut()
		if err := g.load.WaitFor(t.Context(), g.load.Counts().Answered()+2*rate); err != nil {
			t.Fatal(err)
		}
		if err := manager.ResumeInjector(); err != nil {
			t.Fatal(err)
		}
		g.untilOthers(t, before, true)
		g.cut()
	}
	for range pick(2, 10) {
		before := g.all(t)
		if err := manager.Renew(t.Context(), namespace, leafCertificate); err != nil {
			t.Fatal(err)
		}
		g.untilOthers(t, before, false)
		g.cut()
	}
	g.clean(t, pick(1000, 6000))
}
