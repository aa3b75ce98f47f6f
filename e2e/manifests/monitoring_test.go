package manifests

import (
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// From ServiceMonitor to Service to Pod, each is found by what the next one says, and the NetworkPolicy lets Prometheus in
// from wherever it runs.
func TestPrometheusReachesTheMetricsOfEveryReplica(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"kustomize": rendered.Kustomize(t, "self-signed", "monitoring"),
		"chart":     rendered.Chart(t, rendered.ChartValues(t)["monitoring"]).Manifest,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			monitors, services := only[*monitoringv1.ServiceMonitor](t, text), only[*corev1.Service](t, text)
			pod := only[*appsv1.Deployment](t, text)[0].Spec.Template
			selector, err := metav1.LabelSelectorAsSelector(&monitors[0].Spec.Selector)
			if err != nil {
				t.Fatal(err)
			}
			endpoint, found := monitors[0].Spec.Endpoints[0], 0
			for _, service := range services {
				if !selector.Matches(labels.Set(service.Labels)) {
					continue
				}
				found++
				if port := service.Spec.Ports[0]; port.Name != endpoint.Port || port.TargetPort.StrVal != "metrics" {
					t.Errorf("port %s of the Service leads to %s, and port %s is asked", port.Name, port.TargetPort.StrVal, endpoint.Port)
				}
				if !labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pod.Labels)) {
					t.Errorf("the Service selects %v, the Pods are %v", service.Spec.Selector, pod.Labels)
				}
			}
			if found != 1 {
				t.Errorf("the ServiceMonitor finds %d Services, expected one", found)
			}
			if !anybodyMayReach(only[*networkingv1.NetworkPolicy](t, text)[0], "metrics") {
				t.Error("the NetworkPolicy does not let every namespace read metrics")
			}
		})
	}
}

// An alert about what was asked for would never end.
func TestTheAlertAboutALastReplicaIsLeftOutWhereThereIsToBeOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		replicas int
		alert    bool
	}{
		"one replica is to be there":    {1, false},
		"two replicas are to be there":  {2, true},
		"many replicas are to be there": {5, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := only[*monitoringv1.PrometheusRule](t, rendered.Chart(t, map[string]any{
				"replicas":   c.replicas,
				"webhooks":   map[string]any{"validating": map[string]any{"failurePolicy": "Ignore"}},
				"monitoring": map[string]any{"prometheusRule": map[string]any{"enabled": true}},
			}).Manifest)[0].Spec.Groups[0].Rules
			found := false
			for _, rule := range rules {
				found = found || rule.Alert == "BatchgateReplicaMissing"
			}
			if found != c.alert || len(rules) < 14 {
				t.Errorf("of %d alerts, BatchgateReplicaMissing is one: %v, expected %v", len(rules), found, c.alert)
			}
		})
	}
}

func anybodyMayReach(policy *networkingv1.NetworkPolicy, port string) bool {
	for _, rule := range policy.Spec.Ingress {
		for _, to := range rule.Ports {
			for _, from := range rule.From {
				if to.Port.StrVal == port && from.NamespaceSelector != nil && len(from.NamespaceSelector.MatchLabels)+len(from.NamespaceSelector.MatchExpressions) == 0 {
					return true
				}
			}
		}
	}
	return false
}

// only are the objects of one type, at least one.
func only[T any](t *testing.T, text string) (found []T) {
	t.Helper()
	for _, object := range rendered.Objects(t, text) {
		if one, ok := object.(T); ok {
			found = append(found, one)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %T", *new(T))
	}
	return found
}
