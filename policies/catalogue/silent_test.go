package catalogue_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
)

func TestARuleMayFillNothingInUntilItIsConfigured(t *testing.T) {
	t.Parallel()
	rules, err := catalogue.Load(catalogue.Layer{Name: "bundled", FS: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	defaults, configured := map[string][]map[string]any{}, map[string]any{}
	for _, rule := range rules.Rules {
		params := map[string]any{}
		for _, p := range rule.Params {
			params[p.Name] = p.Default
		}
		defaults[rule.Name] = []map[string]any{params}
		if rule.Name == "active-deadline" {
			for name, value := range params {
				configured[name] = value
			}
			configured["seconds"] = json.Number("60")
		}
	}
	variants := map[string][]map[string]any{}
	for name, list := range defaults {
		variants[name] = slices.Clone(list)
	}
	variants["active-deadline"] = append(variants["active-deadline"], configured)
	program, err := rules.Compile(variants)
	if err != nil {
		t.Fatal(err)
	}
	var silent []string
	for _, rule := range rules.Rules {
		if len(rule.Heads) > 0 && program.Silent(rule, defaults[rule.Name][0]) {
			silent = append(silent, rule.Name)
		}
	}
	if diff := cmp.Diff([]string{"active-deadline", "cron-time-zone"}, silent); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if program.Silent(rules.Rule("active-deadline"), configured) {
		t.Error("a deadline that is configured is not filled in")
	}
}
