package manifests

import (
	"maps"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
	"helm.sh/helm/v4/pkg/action"
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
