package config_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/config"
)

func TestResolveSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"a rule that does not exist":             {"rules: {ttl-after-finish: {mode: warn}}", `4:9: there is no rule "ttl-after-finish"; expected one of the rules that are loaded; did you mean "ttl-after-finished"?`},
		"a rule that resembles none":             {"rules: {pod-security: {}}", `4:9: there is no rule "pod-security"; expected one of the rules that are loaded`},
		"an unknown rule in a profile":           {"profiles: {p: {rules: {image-pined: {}}}}", `4:24: there is no rule "image-pined"; expected one of the rules that are loaded; did you mean "image-pinned"?`},
		"an unknown rule in a namespace":         {"namespaces: [{match: {names: [a]}, rules: {image-pined: {}}}]", `4:44: there is no rule "image-pined"; expected one of the rules that are loaded; did you mean "image-pinned"?`},
		"an exception from an unknown rule":      {"exceptions: [{rules: [image-pined], match: {names: [a]}, reason: r, owner: o, expires: 2027-01-01}]", `4:23: no rule matches "image-pined"; expected the name of a rule or a pattern with *; did you mean "image-pinned"?`},
		"an exception from a pattern of nothing": {`exceptions: [{rules: ["cron-*"], match: {names: [a]}, reason: r, owner: o, expires: 2027-01-01}]`, `4:23: no rule matches "cron-*"; expected the name of a rule or a pattern with *`},
		"an unknown param":                       {"rules: {ttl-after-finished: {params: {second: 1}}}", `4:39: rule ttl-after-finished has no param "second"; expected max or seconds; did you mean "seconds"?`},
		"a param of a rule without any":          {"rules: {at-most-once: {params: {second: 1}}}", `4:33: rule at-most-once has no param "second"; it has no params`},
		"text for a whole number":                {"rules: {ttl-after-finished: {params: {seconds: 2h}}}", `4:48: param "seconds" of rule ttl-after-finished is "2h"; expected a whole number`},
		"a quoted number":                        {`rules: {ttl-after-finished: {params: {seconds: "7200"}}}`, `4:48: param "seconds" of rule ttl-after-finished is "7200"; expected a whole number`},
		"a fraction for a whole number":          {"rules: {ttl-after-finished: {params: {seconds: 0.5}}}", `4:48: param "seconds" of rule ttl-after-finished is 0.5; expected a whole number`},
		"less than the minimum":                  {"rules: {ttl-after-finished: {params: {seconds: -1}}}", `4:48: param "seconds" of rule ttl-after-finished is -1; expected at least 0`},
		"more than the maximum":                  {"rules: {ttl-after-finished: {params: {seconds: 2147483648}}}", `4:48: param "seconds" of rule ttl-after-finished is 2147483648; expected at most 2147483647`},
		"a number for text":                      {"rules: {resource-limits: {params: {limits: {cpu: 1}}}}", `4:50: param "limits.cpu" of rule resource-limits is 1; expected text, put it in quotes`},
		"an unknown key in an object":            {"rules: {resource-limits: {params: {limits: {memroy: 1Gi}}}}", `4:44: param "limits" of rule resource-limits has the unknown key "memroy"; expected cpu or memory; did you mean "memory"?`},
		"an item that is not one of the words":   {"rules: {resource-limits: {params: {require: [limits.memory, limits.cpus]}}}", `4:61: param "require.1" of rule resource-limits is "limits.cpus"; expected limits.cpu or limits.memory; did you mean "limits.cpu"?`},
		"a list that is too short":               {"rules: {resource-limits: {params: {require: []}}}", `4:45: param "require" of rule resource-limits has 0 items; expected at least 1`},
		"a word for true or false":               {"rules: {image-pinned: {params: {requireDigest: yes}}}", `4:48: param "requireDigest" of rule image-pinned is "yes"; expected true or false`},
		"a mapping for true or false":            {"rules: {image-pinned: {params: {requireDigest: {}}}}", `4:48: param "requireDigest" of rule image-pinned is a mapping; expected true or false`},
		"too many sets of parameters":            {manyVariants(40), `44:3: the profiles and namespaces can give rule ttl-after-finished more than 256 different sets of parameters; expected fewer entries that set its parameters`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Resolve(mustParse(t, "policy.yaml", head+test.text), nil, someRules())
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff("policy.yaml:"+test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// manyVariants has n entries whose combinations all differ.
func manyVariants(n int) string {
	var b strings.Builder
	b.WriteString("namespaces:\n")
	for i := range n {
		// Each entry changes one of two params to a value of its own.
		fmt.Fprintf(&b, "- {match: {names: [n%d]}, rules: {ttl-after-finished: {params: {%s: %d}}}}\n", i, []string{"max", "seconds"}[i%2], i)
	}
	return b.String()
}

func TestProblemsOfFileAndPresetAreReportedTogether(t *testing.T) {
	t.Parallel()
	preset := mustParse(t, "preset.yaml", head+"extends: strict\nrules: {nosuch: {}}\n")
	file := mustParse(t, "policy.yaml", head+"rules: {image-pined: {}}\n")
	_, err := config.Resolve(file, preset, someRules())
	want := `policy.yaml:4:9: there is no rule "image-pined"; expected one of the rules that are loaded; did you mean "image-pinned"?
preset.yaml:4:10: the preset extends "strict"; a preset stands alone
preset.yaml:5:9: there is no rule "nosuch"; expected one of the rules that are loaded`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Error(diff)
	}
}

func TestNamespacesOfFileAndPresetAreLimitedTogether(t *testing.T) {
	t.Parallel()
	entries := "namespaces:\n" + strings.Repeat("- {match: {names: [a]}}\n", 33)
	_, err := config.Resolve(mustParse(t, "p", head+entries), mustParse(t, "q", head+entries), someRules())
	want := "p:1:1: namespaces has 66 entries, those of the preset included; at most 64 are allowed"
	if fmt.Sprint(err) != want {
		t.Errorf("got %v", err)
	}
}

const designPreset = head + `
excludeNamespaces: [kube-system, kube-public]
trustedOwners: [{apiGroup: jobset.x-k8s.io, kind: JobSet, users: ["system:serviceaccount:jobset-system:*"]}]
default: {mode: warn}
rules: {resource-limits: {mode: enforce}, ttl-after-finished: {mode: enforce, params: {seconds: 3600}}}
profiles: {migration: {rules: {ttl-after-finished: {params: {seconds: 604800}}}}}
`

const designPolicy = head + `
extends: recommended
maxMode: enforce
ambiguousDefaults: fill
rules:
  ttl-after-finished: {mode: enforce, params: {seconds: 7200}}
  resource-limits: {mode: warn, fill: false}
namespaces:
  - match: {names: ["team-*"], labels: {tier: production}}
    rules: {resource-limits: {mode: enforce}}
profiles:
  migration: {rules: {at-most-once: {mode: enforce}}}
exceptions:
  - rules: [resource-limits]
    match: {namespaces: ["legacy-*"], names: ["import-*"]}
    reason: vendor image cannot run under a limit until 2.x
    owner: team-data
    expires: 2027-03-31
`

func TestThePolicyOfTheDesign(t *testing.T) {
	t.Parallel()
	p := mustResolve(t, designPolicy, designPreset)
	var b strings.Builder
	policy, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%s\n", policy)
	for _, s := range []config.Selection{
		p.Select("dev", nil, ""),
		p.Select("team-a", map[string]string{"tier": "test"}, "nosuch"),
		p.Select("team-a", map[string]string{"tier": "production"}, ""),
		p.Select("dev", map[string]string{"tier": "production"}, "migration"),
	} {
		fmt.Fprintf(&b, "\n%+v\n", s)
		for _, binding := range p.Bindings(s) {
			params, _ := json.Marshal(binding.Params)
			fmt.Fprintf(&b, "%-18s %-7s fill=%-5t %s\n", binding.Rule, binding.Mode, binding.Fill, params)
		}
	}
	golden(t, "design.golden", b.String())
}

func TestExceptionsHoldToTheEndOfTheirLastDay(t *testing.T) {
	t.Parallel()
	p := mustResolve(t, designPolicy, designPreset)
	within := time.Date(2027, 3, 31, 23, 59, 59, 999, time.UTC)
	for name, test := range map[string]struct {
		rule, namespace string
		names           []string
		now             time.Time
		want            bool
	}{
		"on the last day": {"resource-limits", "legacy-a", []string{"import-x"}, within, true},
		"a second later":  {"resource-limits", "legacy-a", []string{"import-x"}, within.Add(time.Second), false},
		"on the last day in UTC, the next in Fiji": {"resource-limits", "legacy-a", []string{"import-x"}, within.In(time.FixedZone("", 12*3600)), true},
		"another rule":                  {"image-pinned", "legacy-a", []string{"import-x"}, within, false},
		"another namespace":             {"resource-limits", "team-a", []string{"import-x"}, within, false},
		"another name":                  {"resource-limits", "legacy-a", []string{"export-x"}, within, false},
		"the name of the CronJob":       {"resource-limits", "legacy-a", []string{"x-1", "import-x"}, within, true},
		"the start of a generated name": {"resource-limits", "legacy-a", []string{"import-"}, within, true},
		"no name":                       {"resource-limits", "legacy-a", nil, within, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := p.Except(test.rule, test.namespace, test.names, test.now)
			if (got != nil) != test.want {
				t.Fatalf("got %+v", got)
			}
			if got != nil && got.Owner != "team-data" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestWhatThePolicyKnowsOfNamespacesOwnersAndProfiles(t *testing.T) {
	t.Parallel()
	p := mustResolve(t, designPolicy, designPreset)
	for what, ok := range map[string]bool{
		"a namespace of the list is excluded":      p.Excluded("kube-system"),
		"another is not":                           !p.Excluded("kube-systems"),
		"the owner's own controller is trusted":    p.Trusts("jobset.x-k8s.io", "JobSet", "system:serviceaccount:jobset-system:m"),
		"an author with an owner of that kind not": !p.Trusts("jobset.x-k8s.io", "JobSet", "system:serviceaccount:team-a:jobset-system:m"),
		"another kind is not":                      !p.Trusts("jobset.x-k8s.io", "Job", "system:serviceaccount:jobset-system:m"),
		"another group is not":                     !p.Trusts("", "JobSet", "system:serviceaccount:jobset-system:m"),
		"labels are needed":                        p.NeedsLabels(),
		"labels are not needed without a match":    !mustResolve(t, head, designPreset).NeedsLabels(),
		"the near profile is found":                p.NearestProfile("migrations") == "migration",
		"a far one is not":                         p.NearestProfile("smoke") == "",
		"an excluded list replaces the preset's":   !mustResolve(t, head+"excludeNamespaces: []", designPreset).Excluded("kube-system"),
		"a list of owners replaces the preset's":   len(mustResolve(t, head+"trustedOwners: []", designPreset).TrustedOwners) == 0,
	} {
		if !ok {
			t.Errorf("%s: not so", what)
		}
	}
	if diff := cmp.Diff([]string{"migration"}, p.ProfileNames()); diff != "" {
		t.Error(diff)
	}
}

func TestDigestFollowsTheMeaning(t *testing.T) {
	t.Parallel()
	digest := func(text string) string { return mustResolve(t, head+text, designPreset).Digest() }
	plain := digest("rules: {ttl-after-finished: {mode: warn, params: {seconds: 7200, max: 9000}}}")
	for name, same := range map[string]string{
		"comments":            "# why\nrules: {ttl-after-finished: {mode: warn, params: {seconds: 7200, max: 9000}}} # how\n",
		"order":               "rules: {ttl-after-finished: {params: {max: 9000, seconds: 7200}, mode: warn}}",
		"spelling of numbers": "rules: {ttl-after-finished: {mode: warn, params: {seconds: 7.2e3, max: 9_000}}}",
	} {
		if digest(same) != plain {
			t.Errorf("%s change the digest", name)
		}
	}
	for name, other := range map[string]string{
		"a mode":     "rules: {ttl-after-finished: {mode: audit, params: {seconds: 7200, max: 9000}}}",
		"a number":   "rules: {ttl-after-finished: {mode: warn, params: {seconds: 7201, max: 9000}}}",
		"an owner":   "trustedOwners: []\nrules: {ttl-after-finished: {mode: warn, params: {seconds: 7200, max: 9000}}}",
		"the preset": "extends: strict\nmaxMode: warn\nrules: {ttl-after-finished: {mode: warn, params: {seconds: 7200, max: 9000}}}",
	} {
		if digest(other) == plain {
			t.Errorf("%s does not change the digest", name)
		}
	}
	if len(plain) != 64 {
		t.Errorf("digest is %s", plain)
	}
}
