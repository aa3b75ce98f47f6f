package manifests

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
	"helm.sh/helm/v4/pkg/action"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func TestTheChartPassesHelmLintStrict(t *testing.T) {
	t.Parallel()
	for name, values := range rendered.ChartValues(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lint := action.NewLint()
			lint.Strict, lint.Namespace = true, rendered.Namespace
			result := lint.Run([]string{rendered.ChartDir(t)}, values)
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
		"a budget that keeps nodes from being drained": {
			map[string]any{"podDisruptionBudget": map[string]any{"maxUnavailable": 0}},
			[]string{"podDisruptionBudget.maxUnavailable is 0", "could be drained"},
		},
		"the same as a share": {
			map[string]any{"podDisruptionBudget": map[string]any{"maxUnavailable": "0%"}},
			[]string{"podDisruptionBudget.maxUnavailable is 0%", "expected 1 or more"},
		},
		"a budget that lets every replica go at once": {
			map[string]any{"podDisruptionBudget": map[string]any{"maxUnavailable": 2}},
			[]string{"podDisruptionBudget.maxUnavailable is 2 and replicas is 2", "one replica at least to stay"},
		},
		"the same of all": {
			map[string]any{"podDisruptionBudget": map[string]any{"maxUnavailable": "100%"}},
			[]string{"podDisruptionBudget.maxUnavailable is 100% and replicas is 2"},
		},
		"the same as a share that is rounded up": {
			map[string]any{"replicas": 3, "podDisruptionBudget": map[string]any{"maxUnavailable": "67%"}},
			[]string{"podDisruptionBudget.maxUnavailable is 67% and replicas is 3"},
		},
		"the same as more than there are, for the mutating webhook": {
			map[string]any{
				"podDisruptionBudget": map[string]any{"maxUnavailable": 5},
				"webhooks":            map[string]any{"mutating": fail, "validating": map[string]any{"failurePolicy": "Ignore"}},
			},
			[]string{"podDisruptionBudget.maxUnavailable is 5 and replicas is 2"},
		},
		"a probe where the release is": {
			map[string]any{"probeNamespace": "batchgate-system"},
			[]string{"probeNamespace is batchgate-system, where the release is", "expected a namespace whose Jobs are judged"},
		},
		"a CA of clients in the place of the policy": {
			map[string]any{"mtls": map[string]any{"enabled": true, "ca": "-----BEGIN CERTIFICATE-----\n", "configMap": "batchgate-policy"}},
			[]string{"mtls.configMap is batchgate-policy"},
		},
		"a CA of clients in the place of the dashboard": {
			map[string]any{"mtls": map[string]any{"enabled": true, "configMap": "batchgate-dashboard"}},
			[]string{"mtls.configMap is batchgate-dashboard"},
		},
		"Pods by another name": {
			map[string]any{"podLabels": map[string]any{"app.kubernetes.io/name": "gate"}},
			[]string{"podLabels has app.kubernetes.io/name"},
		},
		"a budget of those that must stay": {
			map[string]any{"podDisruptionBudget": map[string]any{"minAvailable": 2}},
			[]string{"minAvailable"},
		},
		"less memory than the collector aims at": {
			map[string]any{"resources": map[string]any{"limits": map[string]any{"memory": "256Mi"}}},
			[]string{"goMemoryLimit is 450MiB and resources.limits.memory is 256Mi"},
		},
		"less memory in another unit": {
			map[string]any{"resources": map[string]any{"limits": map[string]any{"memory": "0.4G"}}},
			[]string{"resources.limits.memory is 0.4G"},
		},
		"less memory as a number of bytes": {
			map[string]any{"resources": map[string]any{"limits": map[string]any{"memory": 268435456.0}}},
			[]string{"goMemoryLimit is 450MiB and resources.limits.memory"},
		},
		"too little memory to try a policy with": {
			map[string]any{"goMemoryLimit": "200MiB", "policy": map[string]any{"rules": map[string]any{"own": "package batchgate.rules[\"own\"]\n"}}},
			[]string{"goMemoryLimit is 200MiB", "expected 250MiB or more"},
		},
		"a policy that cannot be capped": {
			map[string]any{"policy": map[string]any{"maxMode": "audit", "file": "{extends: recommended, maxMode: enforce, excludeNamespaces: [kube-system, batchgate-system]}\n"}},
			[]string{"policy.maxMode is audit, which cannot be written into policy.file"},
		},
		"a policy to which no namespaces can be added": {
			map[string]any{"policy": map[string]any{"file": "{extends: recommended}\n"}},
			[]string{"excludeNamespaces cannot be written into policy.file"},
		},
		"a client CA that is not PEM": {
			map[string]any{"mtls": map[string]any{"enabled": true, "ca": "kube-ca"}},
			[]string{"/mtls/ca"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rendered.TryChart(t, maps.Clone(c.values))
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

func TestTheChartTakesWhatLooksLikeSomethingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		namespace string
		values    map[string]any
	}{
		"no limit for the collector":       {rendered.Namespace, map[string]any{"goMemoryLimit": "off"}},
		"a limit in the unit of powers":    {rendered.Namespace, map[string]any{"resources": map[string]any{"limits": map[string]any{"memory": "1e9"}}}},
		"no limit of memory":               {rendered.Namespace, map[string]any{"resources": map[string]any{"limits": map[string]any{"memory": nil}}}},
		"no limit at all":                  {rendered.Namespace, map[string]any{"resources": map[string]any{"limits": nil}}},
		"a namespace that is a number":     {"1234", map[string]any{}},
		"a namespace that is a truth":      {"true", map[string]any{}},
		"a namespace that is a power":      {"1e3", map[string]any{}},
		"every kind of object":             {"0x1f", everyKind()},
		"an excluded number":               {rendered.Namespace, map[string]any{"excludeNamespaces": []any{"kube-system", "2026"}}},
		"a policy of one's own and number": {"1234", map[string]any{"policy": map[string]any{"file": "extends: recommended\n"}}},
		"a probe in a number":              {rendered.Namespace, map[string]any{"probeNamespace": "2026"}},
		"a class that is a number":         {rendered.Namespace, map[string]any{"priorityClassName": "10"}},
		"the largest share of three":       {rendered.Namespace, map[string]any{"replicas": 3, "podDisruptionBudget": map[string]any{"maxUnavailable": "66%"}}},
		"all may go where failures pass":   {rendered.Namespace, map[string]any{"replicas": 1, "webhooks": map[string]any{"validating": map[string]any{"failurePolicy": "Ignore"}}}},
		"a share of replicas":              {rendered.Namespace, map[string]any{"podDisruptionBudget": map[string]any{"maxUnavailable": "10%"}}},
		"a budget that is not made":        {rendered.Namespace, map[string]any{"podDisruptionBudget": map[string]any{"enabled": false, "maxUnavailable": 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := rendered.ChartIn(t, c.namespace, c.values)
			for _, object := range rendered.Objects(t, rendered.Everything(made)) {
				if in := object.GetNamespace(); in != "" && in != c.namespace && !strings.HasPrefix(object.GetName(), "batchgate-test") {
					t.Errorf("%s is not in %s", rendered.NameOf(object), c.namespace)
				}
				policy, ok := object.(*corev1.ConfigMap)
				if !ok || policy.Name != "batchgate-policy" {
					continue
				}
				var file struct{ ExcludeNamespaces []string }
				if err := yaml.Unmarshal([]byte(policy.Data["policy.yaml"]), &file); err != nil || !slices.Contains(file.ExcludeNamespaces, c.namespace) {
					t.Errorf("the policy excludes %q: %v", file.ExcludeNamespaces, err)
				}
			}
		})
	}
}

// A key that the chart sets as well is there once, as the user has it.
func TestLabelsAndAnnotationsOfAUserWin(t *testing.T) {
	t.Parallel()
	const label, container = "app.kubernetes.io/part-of", "kubectl.kubernetes.io/default-container"
	found := map[string]any{"enabled": true, "labels": map[string]any{label: "platform", "release": "prometheus"}}
	made := rendered.Chart(t, map[string]any{
		"podAnnotations": map[string]any{container: "sidecar"},
		"monitoring":     map[string]any{"serviceMonitor": found, "prometheusRule": found, "dashboard": found},
	})
	once(t, rendered.Everything(made))
	labelled := 0
	for _, object := range rendered.Objects(t, made.Manifest) {
		if deployment, ok := object.(*appsv1.Deployment); ok && deployment.Spec.Template.Annotations[container] != "sidecar" {
			t.Errorf("the Pods have the annotations %v", deployment.Spec.Template.Annotations)
		}
		labels := object.GetLabels()
		if labels["app.kubernetes.io/name"] != "batchgate" {
			t.Errorf("%s has the labels %v", rendered.NameOf(object), labels)
		}
		if labels["release"] == "prometheus" && labels[label] == "platform" {
			labelled++
		}
	}
	if labelled != 3 {
		t.Errorf("%d objects have the labels that were asked for, expected ServiceMonitor, PrometheusRule and dashboard", labelled)
	}
}

// everyKind turns on whatever makes objects.
func everyKind() map[string]any {
	on := map[string]any{"enabled": true}
	return map[string]any{
		"certificates": map[string]any{"mode": "cert-manager"},
		"mtls":         map[string]any{"enabled": true, "ca": "-----BEGIN CERTIFICATE-----\n", "configMap": "2026"},
		"events":       on,
		"monitoring":   map[string]any{"serviceMonitor": on, "prometheusRule": on, "dashboard": on},
	}
}

// Helm hands a subchart its condition and the parent's global values among its own.
func TestTheChartIsADependencyOfAnother(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		enabled bool
		objects bool
	}{
		"that wants it":         {true, true},
		"that does not want it": {false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := rendered.Subchart(t, map[string]any{
				"global":    map[string]any{"registry": "registry.example.com"},
				"batchgate": map[string]any{"enabled": c.enabled, "replicas": 3},
			})
			if got := len(rendered.Objects(t, made.Manifest)) > 0; got != c.objects {
				t.Errorf("it has objects: %v, expected %v", got, c.objects)
			}
		})
	}
}

func TestTheMostThatARuleMayDoHoldsForAPolicyOfOnesOwn(t *testing.T) {
	t.Parallel()
	const excluded = "excludeNamespaces: [kube-system, batchgate-system]\n"
	for name, c := range map[string]struct {
		most, file, want string
	}{
		"a file that says nothing":                {"audit", "extends: strict\n" + excluded, "audit"},
		"a file that does not end its line":       {"warn", "extends: strict\n" + strings.TrimSpace(excluded), "warn"},
		"a file that allows more":                 {"audit", "extends: strict\nmaxMode: enforce # for now\n" + excluded, "audit"},
		"a file that allows more, in quotes":      {"warn", "maxMode: \"enforce\"\nextends: strict\n" + excluded, "warn"},
		"a file that allows less":                 {"warn", "extends: strict\nmaxMode: audit\n" + excluded, "audit"},
		"a file that allows as much":              {"warn", "extends: strict\nmaxMode: warn\n" + excluded, "warn"},
		"a file without namespaces":               {"audit", "extends: strict\n", "audit"},
		"no limit, and a file that says nothing":  {"enforce", "extends: strict\n" + excluded, ""},
		"no limit, and a file that has one":       {"enforce", "extends: strict\nmaxMode: warn\n" + excluded, "warn"},
		"a mode of a rule is not that of a file":  {"audit", "extends: strict\nrules:\n  image-pinned: {mode: enforce}\n" + excluded, "audit"},
		"a comment is not a mode":                 {"audit", "# maxMode: enforce\nextends: strict\n" + excluded, "audit"},
		"a file that says something unknown":      {"audit", "extends: strict\nmaxMode: log\n" + excluded, "audit"},
		"a file with an anchor and a description": {"warn", "# ours\nextends: &e strict\nmaxMode: enforce\n\n# end\n" + excluded, "warn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := rendered.Chart(t, map[string]any{"policy": map[string]any{"file": c.file, "maxMode": c.most}})
			policies := only[*corev1.ConfigMap](t, made.Manifest)
			var file struct{ MaxMode, Extends string }
			if err := yaml.Unmarshal([]byte(policies[0].Data["policy.yaml"]), &file); err != nil {
				t.Fatal(err)
			}
			if file.MaxMode != c.want || file.Extends != "strict" {
				t.Errorf("maxMode is %q, expected %q, in\n%s", file.MaxMode, c.want, policies[0].Data["policy.yaml"])
			}
		})
	}
}

func TestTheQuotaThatSpeaksOfAPriorityClassBoundsNobody(t *testing.T) {
	t.Parallel()
	const quota, unbounded = "kind: ResourceQuota\n", "    pods: 1G\n"
	for name, test := range map[string]struct {
		manifests string
		made      bool
	}{
		"kustomize":                    {rendered.Kustomize(t), true},
		"chart":                        {rendered.Chart(t, map[string]any{}).Manifest, true},
		"chart, of no class":           {rendered.Chart(t, map[string]any{"priorityClassName": nil}).Manifest, false},
		"chart, of a class of its own": {rendered.Chart(t, map[string]any{"priorityClassName": "high"}).Manifest, false},
		"chart, beside the system":     {rendered.ChartIn(t, "kube-system", map[string]any{}).Manifest, false},
	} {
		if made := strings.Contains(test.manifests, quota); made != test.made || made != strings.Contains(test.manifests, unbounded) {
			t.Errorf("%s: a quota is made: %t, expected %t, without a bound", name, made, test.made)
		}
	}
}
