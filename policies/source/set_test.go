package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/source"
)

const policy = "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: platform}\n"

const ownRule = `# METADATA
# title: Jobs name their team
# description: Whoever is woken up must know whom to wake up next.
# related_resources:
#   - ref: https://example.com/teams
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         label: {type: string, default: team, description: "The label that names the team."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["team-label"]

deny contains {"field": ["job", "metadata", "labels"], "msg": msg} if {
	input.job.metadata
	not input.job.metadata.labels[input.params.label]
	msg := "names no team"
}
`

// write makes a directory with files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, spec string) *source.Set {
	t.Helper()
	set, err := source.Load(spec)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// modes are the bindings without profile or namespace in short.
func modes(p *config.Policy, profile string) map[string]string {
	short := map[string]string{}
	for _, b := range p.Bindings(p.Select("default", nil, profile)) {
		short[b.Rule] = fmt.Sprintf("%s %t", b.Mode, b.Fill)
	}
	return short
}

// decided are the rules of which the preset recommended is sure: what breaks a
// cluster is refused, and what would be wrong for most is off. All others warn or
// only look on.
func decided() map[string]string {
	return map[string]string{
		"active-deadline-bounds": "enforce true", "at-most-once": "off true", "backoff-limit": "enforce true",
		"container-restart": "enforce true", "cron-never-fires": "enforce true",
		"cron-starting-deadline-minimum": "enforce true", "generated-name-advice": "off true", "indexed-job": "enforce true",
		"required-labels": "off true",
		"resource-limits": "enforce true", "restart-policy": "enforce true", "ttl-after-finished": "enforce true",
	}
}

func TestPresetsBindEveryRule(t *testing.T) {
	t.Parallel()
	sure, undecided := decided(), []string{"audit false", "audit true", "warn false", "warn true"}
	for preset, holds := range map[string]func(rule, bound string) bool{
		"audit": func(rule, bound string) bool {
			if rule == "at-most-once" || rule == "generated-name-advice" { // they would find something in nearly every Job
				return bound == "off false"
			}
			return bound == "audit false"
		},
		"recommended": func(rule, bound string) bool {
			if mode, ok := sure[rule]; ok {
				return bound == mode
			}
			return slices.Contains(undecided, bound)
		},
		"strict": func(rule, bound string) bool {
			if sure[rule] == "off true" {
				return bound == "off true"
			}
			return bound == "enforce true"
		},
	} {
		set := load(t, preset)
		if set.Source != preset || set.Policy.Name != preset {
			t.Errorf("%s calls itself %s from %s", preset, set.Policy.Name, set.Source)
		}
		text, err := policies.FS.ReadFile("presets/" + preset + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		bound := modes(set.Policy, "")
		rules := set.Catalogue.Specs()
		if len(bound) != len(rules) {
			t.Errorf("%s binds %d rules of %d", preset, len(bound), len(rules))
		}
		for name := range sure {
			if _, ok := bound[name]; !ok {
				t.Errorf("there is no rule %s", name)
			}
		}
		for _, rule := range rules {
			if !holds(rule.Name, bound[rule.Name]) {
				t.Errorf("%s makes %s %q", preset, rule.Name, bound[rule.Name])
			}
			if !strings.Contains(string(text), "\n  "+rule.Name+": {mode: ") {
				t.Errorf("%s does not name %s under rules", preset, rule.Name)
			}
		}
	}
}

func TestPresetsDifferInModesOnly(t *testing.T) {
	t.Parallel()
	recommended := load(t, "recommended").Policy
	for _, name := range source.Presets() {
		p := load(t, name).Policy
		for what, same := range map[string]bool{
			"excluded namespaces": cmp.Equal(p.ExcludeNamespaces, recommended.ExcludeNamespaces),
			"trusted owners":      cmp.Equal(p.TrustedOwners, recommended.TrustedOwners),
			"profiles":            cmp.Equal(p.ProfileNames(), recommended.ProfileNames()),
			"sets of parameters":  cmp.Equal(p.Variants(), recommended.Variants()),
		} {
			if !same {
				t.Errorf("%s has other %s than recommended", name, what)
			}
		}
	}
}

func TestAProfileOfThePresetAuditRefusesNothing(t *testing.T) {
	t.Parallel()
	p := load(t, "audit").Policy
	for _, profile := range p.ProfileNames() {
		for rule, mode := range modes(p, profile) {
			if mode != "audit false" && mode != "off false" {
				t.Errorf("profile %s makes %s %s", profile, rule, mode)
			}
		}
	}
}

func TestTheProfileMigrationRequiresADeadline(t *testing.T) {
	t.Parallel()
	if got := modes(load(t, "").Policy, "migration")["active-deadline"]; got != "enforce true" {
		t.Errorf("active-deadline is %s", got)
	}
}

func TestASetIsFound(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"policy.yaml":                      policy + "extends: strict\nrules: {team-label: {params: {label: squad}}}\n",
		"bundled.yaml":                     policy + "rules: {image-pinned: {mode: \"off\"}}\n",
		"rules/team-label/team-label.rego": ownRule,
	})
	for name, test := range map[string]struct {
		spec string
		want map[string]string // some bindings
		not  string            // a rule that must not be there
	}{
		"nothing is the preset recommended":       {"", map[string]string{"image-pinned": "warn true"}, "team-label"},
		"a preset":                                {"strict", map[string]string{"image-pinned": "enforce true"}, "team-label"},
		"a file stands on recommended":            {filepath.Join(dir, "bundled.yaml"), map[string]string{"image-pinned": "off true", "backoff-limit": "enforce true"}, "team-label"},
		"a directory brings rules of its own":     {dir, map[string]string{"team-label": "enforce true", "image-pinned": "enforce true"}, "nosuch"},
		"a directory with a slash at its end too": {dir + "/", map[string]string{"team-label": "enforce true"}, "nosuch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := modes(load(t, test.spec).Policy, "")
			for rule, mode := range test.want {
				if got[rule] != mode {
					t.Errorf("%s is %q, not %q", rule, got[rule], mode)
				}
			}
			if mode, ok := got[test.not]; ok {
				t.Errorf("%s is %s", test.not, mode)
			}
		})
	}
}

func TestASymbolicLinkToAFileIsFollowed(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"real.yaml": policy})
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(filepath.Join(dir, "real.yaml"), link); err != nil {
		t.Fatal(err)
	}
	if name := load(t, link).Policy.Name; name != "platform" {
		t.Errorf("policy is %s", name)
	}
}

// A volume of a ConfigMap: what changes is one link to a directory.
func TestTheLinksOfAMountedConfigMapAreFollowed(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"..2026_11_24/policy.yaml": policy})
	for link, to := range map[string]string{"..data": "..2026_11_24", "policy.yaml": "..data/policy.yaml"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if name := load(t, dir).Policy.Name; name != "platform" {
		t.Errorf("policy is %s", name)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		spec  string   // below the directory, "." for itself
		want  []string // parts of the message; DIR is the directory
	}{
		"a file that is not there": {map[string]string{"policy.yaml": policy}, "policy.yml",
			[]string{`DIR/policy.yml: is not there; expected a policy.yaml, a directory that has one, or a preset: audit, recommended, strict; did you mean "DIR/policy.yaml"?`}},
		"a directory without a policy": {map[string]string{"policies.yaml": policy}, ".",
			[]string{`DIR/policy.yaml: is not there; expected a policy; did you mean "policies.yaml"?`}},
		"a directory in place of the policy": {map[string]string{"policy.yaml/x": ""}, ".",
			[]string{`DIR/policy.yaml: is a directory`}},
		"a policy that is broken": {map[string]string{"policy.yaml": policy + "rulse: {}"}, ".",
			[]string{`DIR/policy.yaml:4:1: unknown key "rulse"`, `did you mean "rules"?`}},
		"a preset that does not exist": {map[string]string{"policy.yaml": policy + "extends: stric"}, ".",
			[]string{`DIR/policy.yaml:4:10: extends is "stric"; expected audit, recommended or strict; did you mean "strict"?`}},
		"a rule that does not exist": {map[string]string{"policy.yaml": policy + "rules: {image-pined: {}}"}, ".",
			[]string{`DIR/policy.yaml:4:9: there is no rule "image-pined"`, `did you mean "image-pinned"?`}},
		"a policy that is too large": {map[string]string{"policy.yaml": strings.Repeat("#", 1<<20+1)}, ".",
			[]string{`DIR/policy.yaml: has 1048577 bytes; at most 1048576 are allowed`}},
		"a rule and a policy that are broken": {map[string]string{"policy.yaml": "kind: x", "rules/team-label/team-label.rego": "package x y"}, ".",
			[]string{`DIR/policy.yaml:1:7: kind is "x"`, `rules/team-label/team-label.rego:1`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, test.files)
			_, err := source.Load(filepath.Join(dir, test.spec))
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if want = strings.ReplaceAll(want, "DIR", dir); !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in\n%s", want, err)
				}
			}
		})
	}
}

func TestANameThatIsNearlyAPreset(t *testing.T) {
	t.Parallel()
	_, err := source.Load("strct")
	want := `strct: is not there; expected a policy.yaml, a directory that has one, or a preset: audit, recommended, strict; did you mean "strict"?`
	if fmt.Sprint(err) != want {
		t.Errorf("got %v", err)
	}
}

func TestPresetsAreThree(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{"audit", "recommended", "strict"}, source.Presets()); diff != "" {
		t.Error(diff)
	}
}

func TestTooManyRulesAreRefusedBeforeTheyAreRead(t *testing.T) {
	t.Parallel()
	files := map[string]string{"policy.yaml": policy}
	for i := range 501 {
		files[fmt.Sprintf("rules/r%d/x", i)] = ""
	}
	dir := write(t, files)
	_, err := source.Load(dir)
	want := filepath.Join(dir, "rules") + ": has more than 500 entries; expected a directory for each rule"
	if fmt.Sprint(err) != want {
		t.Errorf("got %v", err)
	}
}

// returns fails the test when what it is given does not end.
func returns(t *testing.T, load func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- load() }()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("does not return")
		return nil
	}
}
