package install

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/e2e/rendered"
)

// options are values that each option of the chart may have besides its default, as YAML, and what must go with them.
func options() map[string][]string {
	return map[string][]string{
		"image.repository":                   {"registry.example.com/mirror/batchgate"},
		"image.tag":                          {"v9.9.9"},
		"image.digest":                       {"sha256:" + strings.Repeat("0123456789abcdef", 4)},
		"image.pullPolicy":                   {"Always", "Never"},
		"imagePullSecrets":                   {"[{name: registry}]"},
		"replicas":                           {"3"},
		"certificates.mode":                  {"cert-manager", "dir"},
		"certificates.secretName":            {"platform-issued"},
		"policy.preset":                      {"audit", "strict"},
		"policy.maxMode":                     {"audit", "warn"},
		"policy.file":                        {`"apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: own}\n"`},
		"policy.rules":                       {`{own: "package batchgate.rules[\"own\"]\n"}`},
		"policy.lib":                         {`{own: "package batchgate.lib.own\n"}`},
		"excludeNamespaces":                  {"[kube-system, build]"},
		"webhooks.mutating.failurePolicy":    {"Fail"},
		"webhooks.mutating.timeoutSeconds":   {"1", "30"},
		"webhooks.validating.failurePolicy":  {"Ignore"},
		"webhooks.validating.timeoutSeconds": {"1", "30"},
		"webhooks.annotations":               {"{example.com/injector: mine}"},
		"mtls.enabled":                       {"true"},
		"mtls.ca":                            {`"-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n"`},
		"mtls.configMap":                     {"cluster-ca"},
		"mtls.names":                         {"[kube-apiserver, front-proxy-client]"},
		"drainSeconds":                       {"0", "60"},
		"events.enabled":                     {"true"},
		"monitoring.serviceMonitor.enabled":  {"true"},
		"monitoring.serviceMonitor.labels":   {"{release: prometheus}"},
		"monitoring.serviceMonitor.interval": {"10s"},
		"monitoring.prometheusRule.enabled":  {"true"},
		"monitoring.prometheusRule.labels":   {"{release: prometheus}"},
		"monitoring.dashboard.enabled":       {"true"},
		"monitoring.dashboard.labels":        {`{dashboards: "yes"}`},
		"networkPolicy.enabled":              {"false"},
		"networkPolicy.metricsFrom":          {"[{namespaceSelector: {matchLabels: {team: monitoring}}}]"},
		"networkPolicy.apiServerPorts":       {"[6443]"},
		"networkPolicy.apiServerCIDRs":       {"[10.0.0.0/24]"},
		"podDisruptionBudget.enabled":        {"false"},
		"podDisruptionBudget.maxUnavailable": {"2"},
		"priorityClassName":                  {`""`, "system-node-critical"},
		"resources.requests.cpu":             {"500m"},
		"resources.requests.memory":          {"256Mi"},
		"resources.limits.memory":            {"1Gi"},
		"goMemoryLimit":                      {"900MiB", "\"off\""},
		"probeNamespace":                     {"kube-node-lease"},
		"topologySpreadConstraints":          {"[]", "[{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}]"},
		"nodeSelector":                       {"{kubernetes.io/os: linux}"},
		"tolerations":                        {"[{key: system, operator: Exists}]"},
		"affinity":                           {"{nodeAffinity: {}}"},
		"podAnnotations":                     {"{example.com/scrape: \"no\"}"},
		"podLabels":                          {"{team: platform}"},
	}
}

// needed are what an option needs beside it to have a meaning.
func needed() map[string]string {
	return map[string]string{
		"goMemoryLimit":                      "resources: {limits: {memory: 1Gi}}",
		"certificates.mode=dir":              "certificates: {secretName: platform-issued}",
		"certificates.secretName":            "certificates: {mode: dir}",
		"podDisruptionBudget.maxUnavailable": "replicas: 3",
		"mtls.ca":                            "mtls: {enabled: true}",
		"mtls.configMap":                     "mtls: {enabled: true}",
		"mtls.names":                         "mtls: {enabled: true}",
		"monitoring.serviceMonitor.labels":   "monitoring: {serviceMonitor: {enabled: true}}",
		"monitoring.serviceMonitor.interval": "monitoring: {serviceMonitor: {enabled: true}}",
		"monitoring.prometheusRule.labels":   "monitoring: {prometheusRule: {enabled: true}}",
		"monitoring.dashboard.labels":        "monitoring: {dashboard: {enabled: true}}",
	}
}

// turned are values with one option turned each, by what is turned.
func turned(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for path, others := range options() {
		for _, other := range others {
			name := path + "=" + other
			values := map[string]any{}
			for _, text := range []string{needed()[path], needed()[name]} {
				if err := yaml.Unmarshal([]byte(text), &values); err != nil {
					t.Fatal(err)
				}
			}
			var value any
			if err := yaml.Unmarshal([]byte(other), &value); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			set(values, strings.Split(path, "."), value)
			all[name] = values
		}
	}
	return all
}

// set sets the value at a path, and makes what is missing on the way.
func set(values map[string]any, path []string, value any) {
	for _, key := range path[:len(path)-1] {
		below, ok := values[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			values[key] = below
		}
		values = below
	}
	values[path[len(path)-1]] = value
}

func TestEveryOptionOfTheChartIsTurned(t *testing.T) {
	values := rendered.ChartDefaults(t)
	tested := options()
	// An option that holds what its users name is one option.
	for _, path := range paths("", values, func(path string) bool { return tested[path] != nil }) {
		if tested[path] == nil {
			t.Errorf("%s is not turned by any test", path)
		}
		delete(tested, path)
	}
	for _, path := range slices.Sorted(maps.Keys(tested)) {
		t.Errorf("%s is no option of the chart", path)
	}
}

// paths are those of everything that is no mapping, or that leaf says is whole.
func paths(at string, values map[string]any, leaf func(string) bool) (found []string) {
	for key, value := range values {
		path := strings.TrimPrefix(at+"."+key, ".")
		if below, ok := value.(map[string]any); ok && !leaf(path) {
			found = append(found, paths(path, below, leaf)...)
			continue
		}
		found = append(found, path)
	}
	return found
}
