package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/batchgate/batchgate/e2e/certmanager"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

func TestWhatIsServedIsSeenThroughTheAPIServer(t *testing.T) {
	replicas := installed(t, traffic.Options{}, false)
	all, code := examined(t)
	if code != 0 || !told(all, finding{Check: "trust", Status: "ok", Text: "hold the CA of what replicas serve"}) {
		t.Errorf("with no way to the replicas: exit status %d: %+v", code, all)
	}
	startKubelet(t, replicas)
	all, code = examined(t)
	if code != 0 || !told(all, finding{Check: "trust", Status: "ok", Text: "verify what every replica serves"}) {
		t.Errorf("exit status %d: %+v", code, all)
	}
}

func TestCertificatesOfCertManagerAreLookedAt(t *testing.T) {
	manager, err := certmanager.Start(t.Context(), shared.ControlPlane, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := manager.Stop(); err != nil {
			t.Error(err)
		}
	})
	installed(t, traffic.Options{Gate: controlplane.GateOptions{Overlay: "overlays/cert-manager", Args: []string{"--certs=cert-manager"}}}, true)
	world.Eventually(t, patience, "it is well", func(context.Context) error {
		all, code := examined(t)
		if bad := unwell(all); len(bad) > 0 || code != 0 || !told(all, finding{Check: "issuance", Status: "ok", Text: "2 Certificates and 2 Issuers ready"}) {
			return fmt.Errorf("exit status %d: %+v", code, all)
		}
		return nil
	})
	for name, patch := range map[string][]string{
		"Issuer batchgate is not ready": {"-n", rendered.Namespace, "patch", "issuer", "batchgate", "--type=merge", "-p", `{"spec":{"ca":{"secretName":"of-nobody"}}}`},
		"the annotation cert-manager.io/inject-ca-from-secret is": {"annotate", "--overwrite", "validatingwebhookconfiguration", "batchgate",
			"cert-manager.io/inject-ca-from-secret=" + rendered.Namespace + "/of-nobody"},
	} {
		if r := shared.Kubectl(t.Context(), "", patch...); r.Code != 0 {
			t.Fatal(r.Output)
		}
		world.Eventually(t, patience, "it is found", func(context.Context) error {
			if all, code := examined(t); code != 1 || !told(all, finding{Check: "issuance", Status: "trouble", Text: name}) {
				return errors.New(fmt.Sprint(code, unwell(all)))
			}
			return nil
		})
	}
}
