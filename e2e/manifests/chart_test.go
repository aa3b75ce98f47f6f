package manifests

import (
	"context"
	"log/slog"
	"maps"
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

const namespace = "batchgate-system"

// chartDir is where the chart is.
func chartDir(t *testing.T) string {
	t.Helper()
	return filepath.Join(root(t), "manifests", "chart", "batchgate")
}

func loadedChart(t *testing.T, path string) chart.Charter {
	t.Helper()
	loaded, err := loader.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// rendered is what `helm template` makes of the chart.
func rendered(t *testing.T, values map[string]any) (*release.Release, error) {
	t.Helper()
	install := action.NewInstall(action.NewConfiguration(action.ConfigurationSetLogger(slog.DiscardHandler)))
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true // no release is looked for
	install.KubeVersion = &common.KubeVersion{Version: "v1.37.2", Major: "1", Minor: "37"}
	install.ReleaseName, install.Namespace = "batchgate", namespace
	made, err := install.RunWithContext(context.WithoutCancel(t.Context()), loadedChart(t, chartDir(t)), values)
	if err != nil {
		return nil, err
	}
	return made.(*release.Release), nil
}

// manifestOf is a release as one stream, hooks after the rest.
func manifestOf(r *release.Release) string {
	var text strings.Builder
	text.WriteString(r.Manifest)
	for _, hook := range r.Hooks {
		text.WriteString("---\n" + hook.Manifest + "\n")
	}
	return text.String()
}

func mustRender(t *testing.T, values map[string]any) *release.Release {
	t.Helper()
	made, err := rendered(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// chartValues are the files of values in ci/ by their name, and none.
func chartValues(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{"default": {}}
	files, err := filepath.Glob(filepath.Join(chartDir(t), "ci", "*-values.yaml"))
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

func TestTheChartPassesHelmLintStrict(t *testing.T) {
	t.Parallel()
	for name, values := range chartValues(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lint := action.NewLint()
			lint.Strict, lint.Namespace = true, namespace
			result := lint.Run([]string{chartDir(t)}, values)
			for _, err := range result.Errors {
				t.Error(err)
			}
			for _, message := range result.Messages {
				t.Log(message)
			}
			if result.TotalChartsLinted != 1 {
				t.Errorf("%d charts linted, expected 1", result.TotalChartsLinted)
			}
		})
	}
}

func TestTheChartRefusesWhatWouldHarm(t *testing.T) {
	t.Parallel()
	fail := map[string]any{"failurePolicy": "Fail"}
	for name, c := range map[string]struct {
		values map[string]any
		told   []string
	}{
		"an unknown key":               {map[string]any{"replicaCount": 3}, []string{"replicaCount"}},
		"an unknown key further in":    {map[string]any{"policy": map[string]any{"preset": "audit", "mode": "warn"}}, []string{"mode"}},
		"a policy that does not exist": {map[string]any{"policy": map[string]any{"preset": "lenient"}}, []string{"/policy/preset", "'audit', 'recommended', 'strict'"}},
		"a timeout that Kubernetes refuses": {
			map[string]any{"webhooks": map[string]any{"validating": map[string]any{"timeoutSeconds": 31}}},
			[]string{"/webhooks/validating/timeoutSeconds", "30"},
		},
		"Fail with one replica": {
			map[string]any{"replicas": 1},
			[]string{"webhooks.validating.failurePolicy is Fail and replicas is 1", "set replicas to 2 or more"},
		},
		"Fail of the mutating webhook with one replica": {
			map[string]any{"replicas": 1, "webhooks": map[string]any{"mutating": fail, "validating": map[string]any{"failurePolicy": "Ignore"}}},
			[]string{"webhooks.mutating.failurePolicy is Fail and replicas is 1"},
		},
		"a kube-system that is judged": {
			map[string]any{"excludeNamespaces": []any{"kube-public"}},
			[]string{"excludeNamespaces does not name kube-system", "add kube-system"},
		},
		"a policy of one's own that judges the gate's namespace": {
			map[string]any{"policy": map[string]any{"file": "excludeNamespaces: [kube-system]\n"}},
			[]string{"does not name batchgate-system"},
		},
		"a policy that is not YAML": {
			map[string]any{"policy": map[string]any{"file": "extends: [\n"}},
			[]string{"policy.file is not YAML"},
		},
		"a directory of certificates without a Secret": {
			map[string]any{"certificates": map[string]any{"mode": "dir"}},
			[]string{"certificates.secretName is empty"},
		},
		"a client CA that is not PEM": {
			map[string]any{"mtls": map[string]any{"enabled": true, "ca": "kube-ca"}},
			[]string{"/mtls/ca"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rendered(t, maps.Clone(c.values))
			if err == nil {
				t.Fatal("it renders")
			}
			for _, words := range c.told {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the refusal does not say %q:\n%v", words, err)
				}
			}
		})
	}
}
