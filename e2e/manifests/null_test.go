package manifests

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/e2e/rendered"
)

// With null Helm takes a value away, at any depth. The chart then renders objects that are whole, or says which value it lacks.
func TestEveryValueMayBeNullOrIsNamed(t *testing.T) {
	t.Parallel()
	values := rendered.ChartDefaults(t)
	// What null is another word for: empty. All else must be refused.
	empty := map[string]any{
		"image.tag": "", "image.digest": "", "imagePullSecrets": []any{}, "certificates.secretName": "", "policy.file": "", "policy.rules": map[string]any{},
		"policy.lib": map[string]any{}, "webhooks.annotations": map[string]any{}, "mtls.ca": "", "monitoring.serviceMonitor.labels": map[string]any{},
		"monitoring.prometheusRule.labels": map[string]any{}, "monitoring.dashboard.labels": nil, "monitoring.dashboard.labels.grafana_dashboard": nil,
		"networkPolicy.metricsFrom": []any{}, "networkPolicy.apiServerCIDRs": []any{}, "priorityClassName": "", "resources": nil,
		"resources.requests": nil, "resources.requests.cpu": nil, "resources.requests.memory": nil, "resources.limits": nil, "resources.limits.memory": nil,
		"topologySpreadConstraints": []any{}, "nodeSelector": map[string]any{}, "tolerations": []any{}, "affinity": map[string]any{},
		"podAnnotations": map[string]any{}, "podLabels": map[string]any{},
	}
	paths := pathsOf("", values)
	for path := range empty {
		if !slices.Contains(paths, path) {
			t.Errorf("values.yaml has no %s", path)
		}
	}
	for _, path := range paths {
		for name, others := range map[string]map[string]any{"alone": {}, "with every object": everyKind()} {
			t.Run(path+" "+name, func(t *testing.T) {
				t.Parallel()
				made, err := rendered.TryChart(t, with(others, path, nil))
				same, sound := empty[path]
				if sound != (err == nil) {
					t.Fatalf("sound without it: %v, and Helm says: %v", sound, err)
				}
				if err != nil {
					within, last, _ := cutLast(path)
					at := "at '/" + strings.ReplaceAll(within, ".", "/") + "'"
					if within == "" {
						at = "at ''"
					}
					if !strings.Contains(err.Error(), at) || !strings.Contains(err.Error(), "missing property '"+last+"'") {
						t.Errorf("the refusal does not name it:\n%v", err)
					}
					return
				}
				all := rendered.Everything(made)
				once(t, all)
				for _, sign := range []string{"<nil>", "<no value>", "%!"} {
					if strings.Contains(all+made.Info.Notes, sign) {
						t.Errorf("%q is in what is rendered", sign)
					}
				}
				if same == nil {
					return
				}
				expected := rendered.Everything(rendered.Chart(t, with(others, path, same)))
				if diff := cmp.Diff(strings.Split(expected, "\n"), strings.Split(all, "\n")); diff != "" {
					t.Errorf("-empty +null\n%s", diff)
				}
			})
		}
	}
}

// A parent chart takes a value of this one away as well.
func TestAParentMayTakeAValueAway(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"resources", "priorityClassName", "policy.file", "podLabels"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			once(t, rendered.Everything(rendered.Subchart(t, map[string]any{"batchgate": with(map[string]any{"enabled": true}, path, nil)})))
		})
	}
}

// once are the objects of a stream, none of which is in it twice.
func once(t *testing.T, text string) {
	t.Helper()
	seen := map[string]bool{}
	for _, object := range rendered.Objects(t, text) {
		name := rendered.NameOf(object)
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
	}
	if !seen["Deployment "+rendered.Namespace+"/batchgate"] {
		t.Error("there is no Deployment")
	}
}

// pathsOf are the paths of all values at every depth, lists being values.
func pathsOf(prefix string, values map[string]any) (paths []string) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		paths = append(paths, prefix+key)
		if inner, ok := values[key].(map[string]any); ok {
			paths = append(paths, pathsOf(prefix+key+".", inner)...)
		}
	}
	return paths
}

// with are values with one set at a path; those given stay as they are.
func with(values map[string]any, path string, value any) map[string]any {
	changed := maps.Clone(values)
	if changed == nil {
		changed = map[string]any{}
	}
	first, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		changed[first] = value
		return changed
	}
	inner, _ := changed[first].(map[string]any)
	changed[first] = with(inner, rest, value)
	return changed
}

func cutLast(path string) (before, last string, found bool) {
	if i := strings.LastIndex(path, "."); i >= 0 {
		return path[:i], path[i+1:], true
	}
	return "", path, false
}
