package parity

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/batchgate/batchgate/e2e/corpus"
	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/regotest"
	"github.com/batchgate/batchgate/policies/source"
)

// mostSettings bounds the ways in which one policy can bind rules by namespace.
const mostSettings = 60

// TestParityOfExamples sends every example of every rule as its context says, into a namespace in which only that rule is
// bound, and what a profile adds. The cluster must say what the dry run says, and do to the example what its name promises.
func TestParityOfExamples(t *testing.T) {
	all := examples{t: t, settings: map[string]int{}, promised: map[string]*promise{}}
	all.read()
	all.write()
	for _, name := range all.policies {
		var cases []Case
		for _, cs := range all.cases {
			if cs.Policy == name {
				cases = append(cases, cs)
			}
		}
		var mu sync.Mutex
		against(t, name, cases, func(outcomes []outcome) {
			mu.Lock()
			defer mu.Unlock()
			for _, o := range outcomes {
				if o.Difference != "" {
					t.Error(o.report())
				}
			}
			if err := all.promised[outcomes[0].Case.Name].kept(outcomes[0]); err != nil {
				t.Errorf("%s %v", outcomes[0].Case.Name, err)
			}
		})
	}
	t.Logf("%d examples under %d settings", len(all.cases), len(all.settings))
}

// promise is what the name of an example says that its rule does.
type promise struct{ rule, kind string }

func (p promise) kept(o outcome) error {
	if o.Unread || o.NotCovered {
		return fmt.Errorf("is not compared with the cluster")
	}
	told, err := said(o.Cluster)
	if err != nil {
		return err
	}
	does := func(class string) bool {
		return slices.ContainsFunc(told.Findings, func(line string) bool {
			return strings.HasPrefix(line, class+": ") && strings.HasSuffix(line, " ("+p.rule+")")
		})
	}
	fills := slices.ContainsFunc(o.Result.Mutation.Changes, func(c engine.Change) bool { return c.Rule == p.rule }) // which the answer does not tell
	kind := "accepted"
	switch {
	case o.Cluster.Verdict == RefusedByKubernetes:
		kind = "refused by Kubernetes"
	case does(corpus.Refused):
		kind = "refused"
	case does(corpus.Warned):
		kind = "warned"
	case fills && len(told.Fills) > 0:
		kind = "filled"
	}
	if kind != p.kind {
		return fmt.Errorf("is %s in the cluster: %q, %q", kind, told.Findings, told.Fills)
	}
	return nil
}

// examples are those of all rules, and what they need of a cluster.
type examples struct {
	t        *testing.T
	cases    []Case
	promised map[string]*promise
	policies []string
	rules    []string

	settings map[string]int   // a number for each way to bind a rule
	bound    []map[string]any // by that number
	homes    [][]string       // the namespaces by that number
}

func (e *examples) read() {
	set, err := source.Load("")
	if err != nil {
		e.t.Fatal(err)
	}
	for _, rule := range set.Catalogue.Rules {
		text, err := os.ReadFile(filepath.Join(shared.root, "policies", "rules", rule.Name, "examples.txtar"))
		if err != nil {
			e.t.Fatal(err)
		}
		found, problems := regotest.Examples(text)
		if len(problems) > 0 {
			e.t.Errorf("%s: %v", rule.Name, problems)
		}
		e.rules = append(e.rules, rule.Name)
		for _, example := range found {
			e.add(rule.Name, example)
		}
	}
}

func (e *examples) add(rule string, example *regotest.Example) {
	c := example.Context
	binding := map[string]any{"mode": cmp.Or(c.Mode, "enforce"), "fill": c.Fill == nil || *c.Fill, "params": c.Params}
	if c.Params == nil {
		delete(binding, "params")
	}
	key := text(e.t, []any{rule, binding})
	number, ok := e.settings[key]
	if !ok {
		number = len(e.bound)
		e.settings[key] = number
		e.bound = append(e.bound, map[string]any{rule: binding})
		e.homes = append(e.homes, nil)
	}
	cs := Case{
		Name:      rule + "/" + example.Name,
		Policy:    fmt.Sprintf("examples-%d", number/mostSettings),
		Client:    cmp.Or(c.Client, apiserver.Apply),
		Fields:    apiserver.Strict,
		Namespace: e.home(c),
		User:      cmp.Or(c.User.Name, admin),
		Groups:    c.User.Groups,
		Manifest:  []byte(example.Object),
	}
	e.homes[number] = append(e.homes[number], cs.Namespace)
	kind, _, _ := strings.Cut(example.Name, "-")
	e.cases, e.promised[cs.Name] = append(e.cases, cs), &promise{rule: rule, kind: kind}
}

// home makes a namespace for an example alone: many have one name.
func (e *examples) home(c regotest.Context) string {
	home := fmt.Sprintf("example-%d", len(e.cases))
	meta := metav1.ObjectMeta{Name: home, Labels: c.Namespace.Labels, Annotations: c.Namespace.Annotations}
	if _, err := shared.Client().CoreV1().Namespaces().Create(e.t.Context(), &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
		e.t.Fatal(err)
	}
	if err := furnished(e.t, shared.Client(), home, c.Namespace.LimitRanges, c.Namespace.ResourceQuotas); err != nil {
		e.t.Fatal(err)
	}
	return home
}

func furnished(t *testing.T, client kubernetes.Interface, namespace string, limits []engine.LimitRange, quotas []engine.ResourceQuota) error {
	t.Helper()
	if len(limits) > 0 {
		limit := &corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Name: "limits", Namespace: namespace}}
		for _, item := range limits {
			limit.Spec.Limits = append(limit.Spec.Limits, corev1.LimitRangeItem{
				Type: corev1.LimitType(item.Type), Min: list(item.Min), Max: list(item.Max), Default: list(item.Default),
				DefaultRequest: list(item.DefaultRequest), MaxLimitRequestRatio: list(item.MaxLimitRequestRatio),
			})
		}
		if _, err := client.CoreV1().LimitRanges(namespace).Create(t.Context(), limit, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for _, quota := range quotas {
		made := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Name: quota.Name, Namespace: namespace}}
		made.Spec.Hard = list(quota.Hard)
		for _, scope := range quota.Scopes {
			made.Spec.Scopes = append(made.Spec.Scopes, corev1.ResourceQuotaScope(scope))
		}
		made, err := client.CoreV1().ResourceQuotas(namespace).Create(t.Context(), made, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		made.Status = corev1.ResourceQuotaStatus{Hard: made.Spec.Hard, Used: list(quota.Used)}
		if _, err := client.CoreV1().ResourceQuotas(namespace).UpdateStatus(t.Context(), made, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func list(amounts map[string]string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for name, amount := range amounts {
		out[corev1.ResourceName(name)] = resource.MustParse(amount)
	}
	return out
}

// write makes the policies: every rule is off but where a namespace binds one.
func (e *examples) write() {
	dir := e.t.TempDir()
	off := map[string]any{}
	for _, rule := range e.rules {
		off[rule] = map[string]any{"mode": "off"}
	}
	for first := 0; first < len(e.bound); first += mostSettings {
		var namespaces []any
		for number := first; number < min(first+mostSettings, len(e.bound)); number++ {
			namespaces = append(namespaces, map[string]any{
				"match": map[string]any{"names": e.homes[number]},
				"rules": e.bound[number],
			})
		}
		name := fmt.Sprintf("examples-%d", first/mostSettings)
		policy := text(e.t, map[string]any{
			"apiVersion": "batchgate.dev/v1alpha1", "kind": "BatchPolicy", "metadata": map[string]any{"name": name},
			"maxMode": "enforce", "trustedOwners": []any{}, "rules": off, "namespaces": namespaces,
		})
		path := filepath.Join(dir, name+".yaml")
		if err := os.WriteFile(path, []byte(policy), 0o600); err != nil {
			e.t.Fatal(err)
		}
		shared.policies[name] = path
		e.policies = append(e.policies, name)
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
