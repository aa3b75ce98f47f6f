package config_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/config"
)

const (
	originPreset = `apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: recommended}
default: {mode: warn, fill: false}
rules:
  ttl-after-finished: {mode: enforce}
profiles:
  migration: {rules: {ttl-after-finished: {params: {seconds: 60}}}}
namespaces:
  - match: {names: [kube-*]}
    rules: {image-pinned: {mode: "off"}}
`
	originPolicy = `apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: platform}
extends: recommended
maxMode: warn
default:
  fill: true
rules:
  ttl-after-finished:
    params:
      seconds: 7200
profiles:
  migration:
    rules:
      ttl-after-finished: {params: {max: 100}}
namespaces:
  - match: {names: ["team-*"]}
    rules:
      ttl-after-finished:
        mode: audit
        params: {max: 50}
  - match: {labels: {tier: production}}
    rules:
      at-most-once: {mode: enforce}
exceptions:
  - rules: ["ttl-*"]
    match: {names: ["*"]}
    reason: looked at later
    owner: team-data
    expires: 2027-03-31
`
)

// at is an origin in short: "rules policy.yaml:11".
func at(o config.Origin) string {
	if o.File == nil {
		return o.Section
	}
	return fmt.Sprintf("%s %s:%d", o.Section, o.File.Path, o.Line)
}

func TestEveryPartOfABindingHasAnOrigin(t *testing.T) {
	t.Parallel()
	p := mustResolve(t, originPolicy, originPreset)
	for name, test := range map[string]struct {
		rule      string
		selection config.Selection
		want      map[string]string
	}{
		"policy over preset over rule": {"ttl-after-finished", config.Selection{}, map[string]string{
			"mode": "warn maxMode policy.yaml:5", "uncapped": "enforce rules preset.yaml:6", "fill": "default policy.yaml:7",
			"seconds": "rules policy.yaml:11", "max": "rule",
		}},
		"a profile of both": {"ttl-after-finished", config.Selection{Profile: "migration"}, map[string]string{
			"mode": "warn maxMode policy.yaml:5", "uncapped": "enforce rules preset.yaml:6", "fill": "default policy.yaml:7",
			"seconds": "profile migration preset.yaml:8", "max": "profile migration policy.yaml:15",
		}},
		"an item of namespaces over a profile": {"ttl-after-finished", config.Selection{Profile: "migration", Namespaces: 2}, map[string]string{
			"mode": "audit namespaces[0] policy.yaml:20", "uncapped": "audit namespaces[0] policy.yaml:20", "fill": "default policy.yaml:7",
			"seconds": "profile migration preset.yaml:8", "max": "namespaces[0] policy.yaml:21",
		}},
		"a rule that nothing names": {"at-most-once", config.Selection{}, map[string]string{
			"mode": "warn default preset.yaml:4", "uncapped": "warn default preset.yaml:4", "fill": "default policy.yaml:7",
		}},
		"the second item of the policy is the third of all": {"at-most-once", config.Selection{Namespaces: 4}, map[string]string{
			"mode": "warn maxMode policy.yaml:5", "uncapped": "enforce namespaces[1] policy.yaml:24", "fill": "default policy.yaml:7",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, ok := p.Explain(test.rule, test.selection)
			if !ok {
				t.Fatal("there is no such rule")
			}
			got := map[string]string{
				"mode": string(e.Mode) + " " + at(e.ModeFrom), "uncapped": string(e.Uncapped) + " " + at(e.UncappedFrom), "fill": at(e.FillFrom),
			}
			for param, origin := range e.ParamsFrom {
				got[param] = at(origin)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAnExplanationIsTheBinding(t *testing.T) {
	t.Parallel()
	p := mustResolve(t, originPolicy, originPreset)
	for _, profile := range []string{"", "migration"} {
		for namespaces := range uint64(8) {
			s := config.Selection{Namespaces: namespaces, Profile: profile}
			for _, b := range p.Bindings(s) {
				e, ok := p.Explain(b.Rule, s)
				if diff := cmp.Diff(b, e.Binding); diff != "" || !ok {
					t.Errorf("%s %v %s", b.Rule, s, diff)
				}
				if got := e.Uncapped.Cap(p.MaxMode); got != b.Mode {
					t.Errorf("%s %v: the origins say %s, the binding %s", b.Rule, s, got, b.Mode)
				}
			}
		}
	}
}

func TestARuleThatIsNotThereHasNoExplanation(t *testing.T) {
	t.Parallel()
	if _, ok := mustResolve(t, originPolicy, originPreset).Explain("none", config.Selection{}); ok {
		t.Error("it has")
	}
}

func TestWhatIsSaidElsewhereOfARule(t *testing.T) {
	t.Parallel()
	p := mustResolve(t, originPolicy, originPreset)
	var got []string
	for _, o := range p.Overrides("ttl-after-finished") {
		got = append(got, at(o.Origin))
	}
	for _, e := range p.Excuses("ttl-after-finished") {
		got = append(got, at(e.Origin)+" "+e.Owner)
	}
	want := []string{
		"profile migration preset.yaml:8", "profile migration policy.yaml:15", "namespaces[0] policy.yaml:19",
		"exceptions[0] policy.yaml:26 team-data",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
