package manifests

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Two ways of installing are one installation: the chart has nothing that kustomize has not, and the other way round.
func TestTheChartAndKustomizeAgree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		components []string
		values     map[string]any
	}{
		"by default":        {nil, map[string]any{}},
		"with cert-manager": {[]string{"cert-manager"}, map[string]any{"certificates": map[string]any{"mode": "cert-manager"}}},
		"with mTLS":         {[]string{"self-signed", "mtls"}, map[string]any{"mtls": map[string]any{"enabled": true}}},
		"with events":       {[]string{"self-signed", "events"}, map[string]any{"events": map[string]any{"enabled": true}}},
		"with monitoring": {[]string{"self-signed", "monitoring"}, map[string]any{"monitoring": map[string]any{
			"serviceMonitor": map[string]any{"enabled": true},
			"prometheusRule": map[string]any{"enabled": true},
			"dashboard":      map[string]any{"enabled": true},
		}}},
		"in audit": {[]string{"self-signed", "audit-only"}, map[string]any{
			"policy":   map[string]any{"preset": "audit"},
			"webhooks": map[string]any{"validating": map[string]any{"failurePolicy": "Ignore"}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours := byName(rendered.Objects(t, rendered.Kustomize(t, c.components...)))
			// Helm makes the namespace, if anybody asks it to, and a test of the release.
			delete(ours, "Namespace /"+rendered.Namespace)
			theirs := byName(rendered.Objects(t, rendered.Chart(t, c.values).Manifest))
			if diff := cmp.Diff(ours, theirs); diff != "" {
				t.Errorf("-kustomize +chart\n%s", diff)
			}
		})
	}
}

// byName are objects by their names, without the labels that only Helm writes, and the policy without its comments.
func byName(objects []client.Object) map[string]client.Object {
	named := map[string]client.Object{}
	for _, object := range objects {
		labels := object.GetLabels()
		for key := range labels {
			if strings.HasPrefix(key, "helm.sh/") || key == "app.kubernetes.io/instance" ||
				key == "app.kubernetes.io/version" || key == "app.kubernetes.io/managed-by" {
				delete(labels, key)
			}
		}
		object.SetLabels(labels)
		if policy, ok := object.(*corev1.ConfigMap); ok {
			for key, text := range policy.Data {
				policy.Data[key] = strings.TrimSpace(text)
			}
		}
		named[rendered.NameOf(object)] = object
	}
	return named
}
