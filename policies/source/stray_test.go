package source_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/source"
)

func TestARuleBesideTheRulesIsToldOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, text, want string // want: empty when it loads
	}{
		"beside the policy":                   {"team-label.rego", ownRule, "DIR/team-label.rego: is not loaded where it lies; expected DIR/rules/team-label/team-label.rego"},
		"under another name":                  {"mine.rego", ownRule, "DIR/mine.rego: is not loaded where it lies; expected DIR/rules/team-label/team-label.rego"},
		"in a directory of its own":           {"team-label/team-label.rego", ownRule, "DIR/team-label/team-label.rego: is not loaded where it lies; expected DIR/rules/team-label/team-label.rego"},
		"in a directory that is nearly rules": {"rule/team-label/team-label.rego", ownRule, "DIR/rule/team-label/team-label.rego: is not loaded where it lies; expected DIR/rules/team-label/team-label.rego"},
		"a file of the library":               {"named.rego", "package batchgate.lib\n\none := 1\n", "DIR/named.rego: is not loaded where it lies; expected DIR/lib/named.rego"},
		"a file in a second library":          {"libs/named.rego", "package batchgate.lib\n", "DIR/libs/named.rego: is not loaded where it lies; expected DIR/lib/named.rego"},
		"a package without a name":            {"mine.rego", "package batchgate.rules\n", "DIR/mine.rego: is not loaded where it lies; expected DIR/rules/mine/mine.rego"},
		"a package with a short name":         {"mine.rego", "package batchgate.rules.team\n", "DIR/mine.rego: is not loaded where it lies; expected DIR/rules/team/team.rego"},
		"a test":                              {"team-label_test.rego", "package batchgate.rules_test[\"team-label\"]\n", ""},
		"somebody else's Rego":                {"conftest/conftest.rego", "package main\n", ""},
		"a package that begins alike":         {"mine.rego", "package batchgate.ruleset\n", ""},
		"what a dot hides":                    {".old/.old.rego", ownRule, ""},
		"a draft in a directory":              {"drafts/team-label.rego", ownRule, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{"policy.yaml": policy, test.file: test.text})
			_, err := source.Load(dir)
			got := ""
			if err != nil {
				got = strings.ReplaceAll(filepath.ToSlash(err.Error()), filepath.ToSlash(dir), "DIR")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
