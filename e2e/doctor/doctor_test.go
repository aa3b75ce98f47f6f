package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/world"
)

const patience = time.Minute

func TestAHealthyInstallationIsFoundWell(t *testing.T) {
	install(t, nil)
	all, code := examined(t)
	if bad := unwell(all); len(bad) > 0 || code != 0 {
		t.Errorf("exit status %d: %+v", code, bad)
	}
	if !told(all, finding{Check: "trust", Status: "ok", Text: "verify what every replica serves"}) {
		t.Errorf("what is served was not looked at: %+v", all)
	}
	for _, check := range []string{"configurations", "trust", "replicas", "certificates", "policy", "requests", "rights", "neighbours"} {
		if !slices.ContainsFunc(all, func(f finding) bool { return f.Check == check }) {
			t.Errorf("%s says nothing", check)
		}
	}
}

// damage is a trouble that somebody makes, and what has to be found.
type damage struct {
	name string
	do   string   // a JSON patch
	of   []string // what it patches, as arguments of kubectl
	want finding
	more []string // checks in which it is seen as well
	code int
}

func damages() []damage {
	validating := []string{"validatingwebhookconfiguration", "batchgate"}
	mutating := []string{"mutatingwebhookconfiguration", "batchgate"}
	return []damage{
		{"another rule", `[{"op":"replace","path":"/webhooks/0/rules/0/resources","value":["jobs"]}]`, validating,
			finding{Check: "configurations", Status: "trouble", Text: "rules is [CREATE UPDATE] of [jobs] in"}, nil, 1},
		{"objects that may go past it", `[{"op":"add","path":"/webhooks/0/objectSelector","value":{"matchLabels":{"judge":"me"}}}]`, validating,
			finding{Check: "configurations", Status: "trouble", Text: "objectSelector is judge=me"}, []string{"requests"}, 1},
		{"its own namespace is judged", `[{"op":"replace","path":"/webhooks/0/namespaceSelector","value":{"matchExpressions":[
			{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system"]}]}}]`, validating,
			finding{Check: "configurations", Status: "trouble", Text: "does not leave out batchgate-system"}, nil, 1},
		{"Jobs are not filled in again", `[{"op":"replace","path":"/webhooks/0/reinvocationPolicy","value":"Never"}]`, mutating,
			finding{Check: "configurations", Status: "trouble", Text: "reinvocationPolicy is Never, shipped is IfNeeded"}, nil, 1},
		{"a timeout that holds everybody up", `[{"op":"replace","path":"/webhooks/0/timeoutSeconds","value":30}]`, mutating,
			finding{Check: "configurations", Status: "warning", Text: "timeoutSeconds is 30"}, nil, 0},
		{"one replica that fails closed", `[{"op":"replace","path":"/spec/replicas","value":1}]`, []string{"-n", rendered.Namespace, "deployment", "batchgate"},
			finding{Check: "replicas", Status: "warning", Text: "failurePolicy is Fail, and there is one replica"}, nil, 0},
		{"no endpoint", `[{"op":"replace","path":"/endpoints","value":[]}]`, []string{"-n", rendered.Namespace, "endpointslice", "batchgate"},
			finding{Check: "replicas", Status: "trouble", Text: "has no ready endpoint"}, nil, 1},
		{"a right is missing", `[{"op":"remove","path":"/rules/1"}]`, []string{"clusterrole", "batchgate"},
			finding{Check: "rights", Status: "trouble", Text: "may not list limitranges"}, nil, 1},
	}
}

func TestEachTroubleIsNamedAndNoOther(t *testing.T) {
	install(t, nil)
	for _, d := range damages() {
		t.Run(d.name, func(t *testing.T) {
			before := shared.Kubectl(t.Context(), "", append([]string{"get", "-o", "json"}, d.of...)...)
			if before.Code != 0 {
				t.Fatal(before.Output)
			}
			if r := shared.Kubectl(t.Context(), "", append([]string{"patch", "--type=json", "-p", d.do}, d.of...)...); r.Code != 0 {
				t.Fatal(r.Output)
			}
			t.Cleanup(func() { put(t, before.Stdout) })
			world.Eventually(t, patience, "it is found", func(context.Context) error {
				all, code := examined(t)
				switch bad := unwell(all); {
				case !told(bad, d.want):
					return fmt.Errorf("exit status %d: %+v", code, bad)
				case slices.ContainsFunc(bad, func(f finding) bool { return f.Check != d.want.Check && !slices.Contains(d.more, f.Check) }):
					return fmt.Errorf("something else is found as well: %+v", bad)
				case code != d.code:
					return fmt.Errorf("exit status %d, expected %d", code, d.code)
				}
				return nil
			})
		})
	}
}

// put makes an object what it was, whatever has become of it.
func put(t *testing.T, before string) {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(before), &object); err != nil {
		t.Fatal(err)
	}
	delete(object["metadata"].(map[string]any), "resourceVersion")
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if r := shared.Kubectl(context.WithoutCancel(t.Context()), string(text), "replace", "-f", "-"); r.Code != 0 {
		t.Error(r.Output)
	}
}

func TestACABundleOfSomebodyElseIsFound(t *testing.T) {
	replicas := install(t, nil)
	for _, gate := range replicas.Gates() { // who would mend it
		if err := gate.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	patch := []byte(`[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":""}]`)
	client := shared.Client().AdmissionregistrationV1()
	if _, err := client.ValidatingWebhookConfigurations().Patch(t.Context(), certs.ConfigurationName, types.JSONPatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, patience, "it is found", func(context.Context) error {
		all, code := examined(t)
		if !told(all, finding{Check: "trust", Status: "trouble", Text: "the caBundle is empty"}) || !told(all, finding{Check: "requests", Status: "trouble", Text: "the call fails"}) || code != 2 { // nobody is there to be asked
			return fmt.Errorf("exit status %d: %+v", code, unwell(all))
		}
		return nil
	})
}

func TestReplicasThatJudgeByDifferentPoliciesAreFound(t *testing.T) {
	dir := t.TempDir()
	own := filepath.Join(dir, "own.yaml")
	text := "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: another}\nextends: strict\n"
	if err := os.WriteFile(own, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	install(t, func(i int, options *controlplane.GateOptions) {
		if i == 1 {
			options.Policy = own
		}
	})
	all, code := examined(t)
	if !told(all, finding{Check: "policy", Status: "trouble", Text: "replicas judge by different policies: another@"}) || code != 1 {
		t.Errorf("exit status %d: %+v", code, unwell(all))
	}
}

func TestAWebhookThatCouldKeepReplicasFromStartingIsFound(t *testing.T) {
	install(t, nil)
	other := &admissionv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "everything"},
		Webhooks: []admissionv1.ValidatingWebhook{{
			Name: "everything.example.com", AdmissionReviewVersions: []string{"v1"}, SideEffects: new(admissionv1.SideEffectClassNone),
			FailurePolicy: new(admissionv1.Fail), ClientConfig: admissionv1.WebhookClientConfig{URL: new("https://localhost:1/")},
			MatchConditions: []admissionv1.MatchCondition{{Name: "never", Expression: "false"}},
			Rules: []admissionv1.RuleWithOperations{{
				Operations: []admissionv1.OperationType{admissionv1.OperationAll},
				Rule:       admissionv1.Rule{APIGroups: []string{"*"}, APIVersions: []string{"*"}, Resources: []string{"*"}},
			}},
		}},
	}
	client := shared.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations()
	if _, err := client.Create(t.Context(), other, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Delete(context.WithoutCancel(t.Context()), other.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	all, code := examined(t)
	if !told(all, finding{Check: "neighbours", Status: "warning", Text: "everything (everything.example.com) is asked about Pods in batchgate-system"}) || code != 0 {
		t.Errorf("exit status %d: %+v", code, unwell(all))
	}
}

func TestAnInstallationThatIsGoneIsFound(t *testing.T) {
	install(t, nil)
	client := shared.Client().AdmissionregistrationV1()
	if err := errors.Join(
		client.MutatingWebhookConfigurations().Delete(t.Context(), certs.ConfigurationName, metav1.DeleteOptions{}),
		client.ValidatingWebhookConfigurations().Delete(t.Context(), certs.ConfigurationName, metav1.DeleteOptions{}),
	); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, patience, "it is found", func(context.Context) error {
		all, code := examined(t)
		for _, text := range []string{"MutatingWebhookConfiguration batchgate is not there", "ValidatingWebhookConfiguration batchgate is not there"} {
			if !told(all, finding{Check: "configurations", Status: "trouble", Text: text}) || code != 1 {
				return fmt.Errorf("exit status %d: %+v", code, unwell(all))
			}
		}
		if !told(all, finding{Check: "requests", Status: "trouble", Text: "goes past the gate"}) {
			return fmt.Errorf("%+v", unwell(all))
		}
		return nil
	})
}

func TestWhatMayNotBeSeenIsSaid(t *testing.T) {
	install(t, nil)
	kubeconfig, err := shared.KubeconfigOf(t.Context(), rendered.Namespace, "batchgate") // which may see little
	if err != nil {
		t.Fatal(err)
	}
	all, code := examined(t, "--kubeconfig", kubeconfig)
	if code != 2 || !told(all, finding{Check: "neighbours", Status: "not checked", Text: "forbidden"}) || !told(all, finding{Check: "replicas", Status: "not checked"}) {
		t.Errorf("exit status %d: %+v", code, unwell(all))
	}
}

// TestHelmTestMayDoWhatItNeedsTo has the doctor ask as the ServiceAccount of the chart's test.
func TestHelmTestMayDoWhatItNeedsTo(t *testing.T) {
	install(t, nil)
	for _, hook := range rendered.Chart(t, map[string]any{}).Hooks {
		if hook.Kind == "Job" {
			continue // it is this test
		}
		if r := shared.Kubectl(t.Context(), hook.Manifest, "apply", "-f", "-"); r.Code != 0 {
			t.Fatal(r.Output)
		}
	}
	kubeconfig, err := shared.KubeconfigOf(t.Context(), rendered.Namespace, "batchgate-test")
	if err != nil {
		t.Fatal(err)
	}
	if all, code := examined(t, "--kubeconfig", kubeconfig); code != 0 {
		t.Errorf("exit status %d: %+v", code, unwell(all))
	}
}
