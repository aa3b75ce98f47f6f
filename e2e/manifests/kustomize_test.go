package manifests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
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

func TestShippedOverlaysAreBaseWithComponents(t *testing.T) {
	t.Parallel()
	for name, components := range map[string][]string{
		"cert-manager": {"cert-manager"},
		"audit-only":   {"self-signed", "audit-only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if rendered.Build(t, filepath.Join(rendered.Root(t), "manifests", "overlays", name)) != rendered.Kustomize(t, components...) {
				t.Errorf("manifests/overlays/%s has more in it than base and %v", name, components)
			}
		})
	}
}

// A namespace of another name is a name in another place, and nothing else.
func TestTheShippedOverlayForAnotherNamespaceIsTheDefaultInIt(t *testing.T) {
	t.Parallel()
	want := strings.ReplaceAll(rendered.Kustomize(t), rendered.Namespace, "platform-batch")
	got := rendered.Build(t, filepath.Join(rendered.Root(t), "manifests", "overlays", "other-namespace"))
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("-default +overlay\n%s", diff)
	}
}

// The comments of both overlays say it: a component's policy takes the place of the overlay's, so that its patches alone are copied.
func TestAFirstDayInAuditInAnotherNamespaceIsHadAsTheOverlaySays(t *testing.T) {
	t.Parallel()
	manifests := filepath.Join(rendered.Root(t), "manifests")
	read := func(path ...string) string {
		text, err := os.ReadFile(filepath.Join(append([]string{manifests}, path...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	_, patches, found := strings.Cut(read("components", "audit-only", "kustomization.yaml"), "\npatches:\n")
	if !found {
		t.Fatal("the component has no patches at its end")
	}
	overlay, policy := read("overlays", "other-namespace", "kustomization.yaml"), read("overlays", "other-namespace", "policy.yaml")
	for name, c := range map[string]struct {
		kustomization, policy string
		excluded              string
	}{
		"as it says": {overlay + "patches:\n" + patches, strings.ReplaceAll(policy, "extends: recommended", "extends: audit"), "platform-batch"},
		"with the component": {
			strings.ReplaceAll(overlay, "components:\n", "components:\n  - ../../components/audit-only\n"), policy, rendered.Namespace,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.ReplaceAll(rendered.Kustomize(t, "self-signed", "audit-only"), rendered.Namespace, "platform-batch")
			want = strings.ReplaceAll(want, "cert-manager, platform-batch]", "cert-manager, "+c.excluded+"]")
			got := rendered.BuildOverlay(t, map[string]string{"kustomization.yaml": c.kustomization, "policy.yaml": c.policy})
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("-expected +overlay\n%s", diff)
			}
		})
	}
}

func TestTheTransformerTakesEveryOverlayToAnotherNamespace(t *testing.T) {
	t.Parallel()
	for name, components := range rendered.Overlays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.ReplaceAll(rendered.Kustomize(t, components...), rendered.Namespace, "platform-batch")
			// The policy is text in which no transformer can tell one word from another.
			got := strings.ReplaceAll(rendered.KustomizeIn(t, "platform-batch", components...),
				"cert-manager, "+rendered.Namespace+"]", "cert-manager, platform-batch]")
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("-as shipped +in another namespace\n%s", diff)
			}
		})
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

// The page on removal takes objects by their kind and label where the namespace is to stay.
func TestThePageOnRemovalTakesEveryKind(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(rendered.Root(t), "manifests", "runbook", "removal.md"))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(text), func(r rune) bool { return r < 'a' || r > 'z' })
	for name, components := range rendered.Overlays() {
		for _, object := range rendered.Objects(t, rendered.Kustomize(t, components...)) {
			if _, ok := object.(*corev1.Namespace); ok {
				continue
			}
			if kind := strings.ToLower(object.GetObjectKind().GroupVersionKind().Kind); !slices.Contains(words, kind) {
				t.Errorf("%s has a %s, which the page does not take", name, kind)
			}
			if object.GetLabels()["app.kubernetes.io/part-of"] != "batchgate" {
				t.Errorf("%s: %s has not the label that the page takes objects by", name, rendered.NameOf(object))
			}
		}
	}
}
