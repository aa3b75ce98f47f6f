package rendered

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader"
	release "helm.sh/helm/v4/pkg/release/v1"
	"sigs.k8s.io/yaml"
)

// Namespace is where the gate is installed.
const Namespace = "batchgate-system"

// ChartDir is where the chart is.
func ChartDir(t testing.TB) string {
	t.Helper()
	return filepath.Join(Root(t), "manifests", "chart", "batchgate")
}

// ChartDefaults are the values that the chart comes with.
func ChartDefaults(t testing.TB) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(ChartDir(t), "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := yaml.UnmarshalStrict(text, &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// LoadChart reads a chart from a directory or an archive.
func LoadChart(t testing.TB, path string) chart.Charter {
	t.Helper()
	loaded, err := loader.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// TryChart is what `helm template` makes of the chart.
func TryChart(t testing.TB, values map[string]any) (*release.Release, error) {
	t.Helper()
	return tryChart(t, LoadChart(t, ChartDir(t)), Namespace, values)
}

func tryChart(t testing.TB, from chart.Charter, namespace string, values map[string]any) (*release.Release, error) {
	t.Helper()
	install := action.NewInstall(action.NewConfiguration(action.ConfigurationSetLogger(slog.DiscardHandler)))
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true // no release is looked for
	install.KubeVersion = &common.KubeVersion{Version: "v1.37.2", Major: "1", Minor: "37"}
	install.ReleaseName, install.Namespace = "batchgate", namespace
	made, err := install.RunWithContext(context.WithoutCancel(t.Context()), from, values)
	if err != nil {
		return nil, err
	}
	return made.(*release.Release), nil
}

// Everything is a release as one stream, hooks after the rest.
func Everything(r *release.Release) string {
	var text strings.Builder
	text.WriteString(r.Manifest)
	for _, hook := range r.Hooks {
		text.WriteString("---\n" + hook.Manifest + "\n")
	}
	return text.String()
}

// Chart is TryChart for values that the chart takes.
func Chart(t testing.TB, values map[string]any) *release.Release {
	t.Helper()
	made, err := TryChart(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// ChartIn is Chart in a namespace of another name.
func ChartIn(t testing.TB, namespace string, values map[string]any) *release.Release {
	t.Helper()
	made, err := tryChart(t, LoadChart(t, ChartDir(t)), namespace, values)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Subchart is Chart as a dependency of another chart, under a condition that holds; the values are those of the parent.
func Subchart(t testing.TB, values map[string]any) *release.Release {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "charts", "batchgate"), os.DirFS(ChartDir(t))); err != nil {
		t.Fatal(err)
	}
	parent := "apiVersion: v2\nname: platform\nversion: 0.1.0\ndependencies:\n  - {name: batchgate, version: \"*\", condition: batchgate.enabled}\n"
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(parent), 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := tryChart(t, LoadChart(t, dir), Namespace, values)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// ChartValues are the files of values in ci/ by their name, and none.
func ChartValues(t testing.TB) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{"default": {}}
	files, err := filepath.Glob(filepath.Join(ChartDir(t), "ci", "*-values.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of values in ci/: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var values map[string]any
		if err := yaml.UnmarshalStrict(text, &values); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), "-values.yaml")] = values
	}
	return all
}
