package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

func TestTheManifestsAndThePresetsExcludeTheSameNamespaces(t *testing.T) {
	selectors := shippedSelectors(t)
	for _, preset := range []string{"audit", "recommended", "strict"} {
		t.Run(preset, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(root(t), "policies", "presets", preset+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			var policy struct{ ExcludeNamespaces []string }
			if err := yaml.Unmarshal(text, &policy); err != nil {
				t.Fatal(err)
			}
			want := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
				Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpNotIn,
				Values: slices.Sorted(slices.Values(policy.ExcludeNamespaces)),
			}}}
			for kind, selector := range selectors {
				if diff := cmp.Diff(want, selector); diff != "" {
					t.Errorf("namespaceSelector of %s (-preset +manifest)\n%s", kind, diff)
				}
			}
		})
	}
}

// shippedSelectors are the namespace selectors as kustomize renders them, by kind, with their values sorted.
func shippedSelectors(t *testing.T) map[string]*metav1.LabelSelector {
	t.Helper()
	rendered := shared.Kubectl(t.Context(), "", "kustomize", filepath.Join(root(t), "manifests"))
	if rendered.Code != 0 {
		t.Fatal(rendered.Output)
	}
	selectors := map[string]*metav1.LabelSelector{}
	for document := range strings.SplitSeq(rendered.Stdout, "\n---\n") {
		var configuration admissionv1.MutatingWebhookConfiguration // the validating one has these fields, too
		if err := yaml.Unmarshal([]byte(document), &configuration); err != nil {
			t.Fatalf("%v in %s", err, document)
		}
		if !strings.HasSuffix(configuration.Kind, "WebhookConfiguration") {
			continue
		}
		for _, webhook := range configuration.Webhooks {
			slices.Sort(webhook.NamespaceSelector.MatchExpressions[0].Values)
			selectors[configuration.Kind] = webhook.NamespaceSelector
		}
	}
	if len(selectors) != 2 {
		t.Fatalf("webhooks in %d configurations, expected 2", len(selectors))
	}
	return selectors
}

func TestAJobInAnExcludedNamespaceIsLeftAlone(t *testing.T) {
	guardedBy(t, policy(t, "enforce.yaml"))
	u := &user{t: t, namespace: metav1.NamespacePublic}
	u.does(jobOf("untouched", violatingSpec), "create", "-f", "-")
	if got := missionOf(u.job("untouched").Spec); got.Backoff != 50 || got.TTL != -1 {
		t.Errorf("backoffLimit %d and TTL %d, expected the 50 that was written and none", got.Backoff, got.TTL)
	}
	u.wasNotPatched("jobs")
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
