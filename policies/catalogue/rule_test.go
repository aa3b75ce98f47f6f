package catalogue_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/batchgate/batchgate/policies/catalogue"
)

func TestARuleIsDescribed(t *testing.T) {
	t.Parallel()
	c, err := small(withParam + `defaults.job.spec.parallelism := input.params.most if not input.cronjob

defaults.containers[c.name].resources.limits := {"cpu": "1"} if {
	some c in input.containers
	c.role == "main"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": "x", "fix": input.params.most} if {
	input.job.spec
	input.job.spec.parallelism > input.params.most
	input.job.metadata.labels[key] == "x"
	every port in input.pod.spec.volumes { port.name != key }
}
`)
	if err != nil {
		t.Fatal(err)
	}
	rule := c.Rule("small")
	want := &catalogue.Rule{
		Name: "small", Title: "Jobs are small", Description: "Large ones are hard to place.",
		References: []string{"https://example.com/size"}, Severity: "low", Since: "v0.1.0",
		Reads: [][]string{
			{"containers", "*", "name"}, {"containers", "*", "role"},
			{"cronjob", catalogue.Presence},
			{"job", "metadata", "labels", "*"},
			{"job", "spec", catalogue.Presence}, {"job", "spec", "parallelism"},
			{"pod", "spec", "volumes", "*", "name"},
		},
		Heads: []catalogue.Head{
			{Path: []string{"containers"}, Container: true, Rest: []string{"resources", "limits"}},
			{Path: []string{"job", "spec", "parallelism"}},
		},
		Denies: true, File: "policy/rules/small/small.rego",
	}
	got := *rule
	got.Params = nil
	if diff := cmp.Diff(want, &got, cmpopts.IgnoreUnexported(catalogue.Rule{})); diff != "" {
		t.Errorf("rule (-want +got):\n%s", diff)
	}
	if len(rule.Params) != 1 || rule.Params[0].Name != "most" || fmt.Sprint(rule.Params[0].Default) != "3" {
		t.Errorf("params %+v", rule.Params)
	}
}
