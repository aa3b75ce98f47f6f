package rendered

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// Overlays are what people build of base and its components, by the name of their golden file. The empty list is what
// `kubectl apply -k manifests/` applies.
func Overlays() map[string][]string {
	return map[string][]string{
		"default":          {},
		"cert-manager":     {"cert-manager"},
		"audit-only":       {"self-signed", "audit-only"},
		"events":           {"self-signed", "events"},
		"mtls":             {"self-signed", "mtls"},
		"monitoring":       {"self-signed", "monitoring"},
		"everything":       {"cert-manager", "mtls", "events", "audit-only"},
		"everything-alone": {"self-signed", "mtls", "events", "audit-only"},
	}
}

// Kustomize renders base with components, or the default of manifests/ when there are none.
func Kustomize(t testing.TB, components ...string) string {
	t.Helper()
	if len(components) == 0 {
		return Build(t, filepath.Join(Root(t), "manifests"))
	}
	return overlay(t, components, map[string]any{})
}

// KustomizeIn is Kustomize by an overlay with a namespace of another name, and with the transformer that is shipped for it.
func KustomizeIn(t testing.TB, namespace string, components ...string) string {
	t.Helper()
	if len(components) == 0 {
		components = []string{"self-signed"}
	}
	return overlay(t, components, map[string]any{"namespace": namespace, "transformers": []string{"transformers/namespace"}})
}

// overlay renders base with components and what else an overlay may say. Transformers are named by their path in manifests/.
func overlay(t testing.TB, components []string, more map[string]any) string {
	t.Helper()
	manifests, dir := filepath.Join(Root(t), "manifests"), t.TempDir()
	var paths []string
	for _, name := range components {
		paths = append(paths, relative(t, dir, filepath.Join(manifests, "components", name)))
	}
	more["resources"], more["components"] = []string{relative(t, dir, filepath.Join(manifests, "base"))}, paths
	if transformers, ok := more["transformers"].([]string); ok {
		for i, path := range transformers {
			transformers[i] = relative(t, dir, filepath.Join(manifests, filepath.FromSlash(path)))
		}
	}
	text, err := yaml.Marshal(more)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	return Build(t, dir)
}

// Build is what `kustomize build` makes of a directory.
func Build(t testing.TB, dir string) string {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatalf("kustomize build %s: %v", dir, err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// BuildOverlay is Build of a directory with these files that stands where those in manifests/overlays do.
func BuildOverlay(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	above := relative(t, dir, filepath.Join(Root(t), "manifests"))
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(text, "../..", above)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Build(t, dir)
}

// Root is where the checkout is.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// relative is how kustomize wants another directory to be named, which it compares after following links.
func relative(t testing.TB, from, to string) string {
	t.Helper()
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		t.Fatal(err)
	}
	if to, err = filepath.EvalSymlinks(to); err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Rel(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
