package engine_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

func TestNewRefusesRulesThatNeverAgree(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy string
		a, b   string
		want   string // "" when the policy is accepted
	}{
		"two constants for one field": {
			a: `defaults.pod.spec.priorityClassName := "low"`, b: `defaults.job.spec.template.spec.priorityClassName := "high"`,
			want: "rules a-rule and b-rule want different values for job.spec.template.spec.priorityClassName: \"low\" and \"high\"; set `fill: false` for one of them",
		},
		"one that does not fill": {
			policy: "rules: {b-rule: {fill: false}}\n",
			a:      `defaults.pod.spec.priorityClassName := "low"`, b: `defaults.pod.spec.priorityClassName := "high"`,
		},
		"one that is off": {
			policy: "rules: {b-rule: {mode: \"off\"}}\n",
			a:      `defaults.pod.spec.priorityClassName := "low"`, b: `defaults.pod.spec.priorityClassName := "high"`,
		},
		"the same constant": {
			a: `defaults.pod.spec.priorityClassName := "low"`, b: `defaults.pod.spec.priorityClassName := "low"`,
		},
		"one that depends on the object": {
			a: `defaults.pod.spec.priorityClassName := "low"`, b: `defaults.pod.spec.priorityClassName := "high" if input.job.spec.suspend`,
		},
		"a disagreement in a profile only": {
			policy: "rules: {b-rule: {fill: false}}\nprofiles: {urgent: {rules: {b-rule: {fill: true}}}}\n",
			a:      `defaults.pod.spec.priorityClassName := "low"`, b: `defaults.pod.spec.priorityClassName := "high"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "policy.yaml"), "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: test}\n"+test.policy)
			write(t, filepath.Join(dir, "rules/a-rule/a-rule.rego"), rule("a-rule", test.a))
			write(t, filepath.Join(dir, "rules/b-rule/b-rule.rego"), rule("b-rule", test.b))
			set, err := source.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			_, err = engine.New(set.Catalogue, set.Policy)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
