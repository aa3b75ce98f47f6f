package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/policies/engine"
)

func amount(name corev1.ResourceName, text string) corev1.ResourceList {
	return corev1.ResourceList{name: resource.MustParse(text)}
}

func TestQuotaOfKeepsWhatRulesRead(t *testing.T) {
	t.Parallel()
	got := engine.QuotaOf(&corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "compute"},
		Spec: corev1.ResourceQuotaSpec{
			Hard:   amount("requests.memory", "4096Mi"),
			Scopes: []corev1.ResourceQuotaScope{"NotBestEffort"},
			ScopeSelector: &corev1.ScopeSelector{MatchExpressions: []corev1.ScopedResourceSelectorRequirement{
				{ScopeName: "PriorityClass", Operator: "In", Values: []string{"high"}},
				{ScopeName: "NotBestEffort", Operator: "Exists"},
			}},
		},
		Status: corev1.ResourceQuotaStatus{Hard: amount("requests.memory", "1Gi"), Used: amount("requests.memory", "0.5Gi")},
	})
	want := engine.ResourceQuota{
		Name:   "compute",
		Hard:   map[string]string{"requests.memory": "4Gi"},
		Used:   map[string]string{"requests.memory": "512Mi"},
		Scopes: []string{"NotBestEffort", "PriorityClass"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quota (-want +got):\n%s", diff)
	}
}

func TestLimitsOfKeepsEveryItem(t *testing.T) {
	t.Parallel()
	got := engine.LimitsOf(&corev1.LimitRange{Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{
		{Type: "Container", Max: amount("memory", "1024Mi"), Min: amount("cpu", "0.1"), Default: amount("cpu", "1"), DefaultRequest: amount("cpu", "200m")},
		{Type: "Pod", MaxLimitRequestRatio: amount("memory", "1.5")},
	}}})
	want := []engine.LimitRange{
		{
			Type: "Container", Max: map[string]string{"memory": "1Gi"}, Min: map[string]string{"cpu": "100m"},
			Default: map[string]string{"cpu": "1"}, DefaultRequest: map[string]string{"cpu": "200m"},
		},
		{Type: "Pod", MaxLimitRequestRatio: map[string]string{"memory": "1500m"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
}
