package manifests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
)

func TestEveryComponentIsInAnOverlayThatIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, components := range rendered.Overlays() {
		for _, name := range components {
			tested[name] = true
		}
	}
	entries, err := os.ReadDir(filepath.Join(rendered.Root(t), "manifests", "components"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !tested[entry.Name()] {
			t.Errorf("manifests/components/%s is in no tested overlay", entry.Name())
		}
	}
}

func TestTheShippedOverlayOfCertManagerIsBaseWithItsComponent(t *testing.T) {
	t.Parallel()
	if rendered.Build(t, filepath.Join(rendered.Root(t), "manifests", "overlays", "cert-manager")) != rendered.Kustomize(t, "cert-manager") {
		t.Error("manifests/overlays/cert-manager has more in it than base and the component")
	}
}

func TestBaseHasNoCertificateInIt(t *testing.T) {
	t.Parallel()
	text := rendered.Build(t, filepath.Join(rendered.Root(t), "manifests", "base"))
	for _, word := range []string{"--certs", "secrets", "cert-manager.io"} {
		if strings.Contains(text, word) {
			t.Errorf("base says %s; a component is to decide that", word)
		}
	}
}
