package config_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/batchgate/batchgate/policies/config"
)

// said is one thing that a layer says of one key of one rule.
type said struct {
	rule, key, value string // key: "mode", "fill", or the name of a parameter of ttl-after-finished
}

// layer is a `rules` mapping, as a list so that a naive reader can go through it.
type layer []said

func (l layer) yaml() string {
	rules := map[string][]string{}
	params := map[string][]string{}
	for _, s := range l {
		rules[s.rule] = append(rules[s.rule], "")
		if s.key == "mode" || s.key == "fill" {
			rules[s.rule] = append(rules[s.rule], s.key+": "+s.value)
		} else {
			params[s.rule] = append(params[s.rule], s.key+": "+s.value)
		}
	}
	var entries []string
	for _, rule := range []string{"ttl-after-finished", "image-pinned"} {
		settings := slices.DeleteFunc(slices.Clone(rules[rule]), func(s string) bool { return s == "" })
		if p := params[rule]; len(p) > 0 {
			settings = append(settings, "params: {"+strings.Join(p, ", ")+"}")
		}
		if len(rules[rule]) > 0 {
			entries = append(entries, rule+": {"+strings.Join(settings, ", ")+"}")
		}
	}
	return "{" + strings.Join(entries, ", ") + "}"
}

// drawLayer makes a layer; a profile turns nothing off.
func drawLayer(t *rapid.T, name string, profile bool) layer {
	modes, fills := []string{"off", "audit", "warn", "enforce"}, []string{"true", "false"}
	if profile {
		modes, fills = modes[1:], fills[:1]
	}
	var l layer
	for _, rule := range []string{"ttl-after-finished", "image-pinned"} {
		keys := map[string][]string{"mode": modes, "fill": fills}
		if rule == "ttl-after-finished" {
			keys["seconds"], keys["max"] = []string{"1", "2"}, []string{"10", "20"}
		}
		for _, key := range []string{"mode", "fill", "seconds", "max"} {
			if values := keys[key]; values != nil && rapid.Bool().Draw(t, name+" says "+rule+" "+key) {
				l = append(l, said{rule, key, rapid.SampledFrom(values).Draw(t, name+" "+rule+" "+key)})
			}
		}
	}
	return l
}

// lastWord is the oracle: whoever speaks last is right.
func lastWord(layers []layer, rule, key, otherwise string) string {
	for _, l := range layers {
		for _, s := range l {
			if s.rule == rule && s.key == key {
				otherwise = s.value
			}
		}
	}
	return otherwise
}

func TestWhoeverSpeaksLastIsRight(t *testing.T) {
	t.Parallel()
	ranks := []string{"off", "audit", "warn", "enforce"}
	rapid.Check(t, func(t *rapid.T) {
		preset, own := drawLayer(t, "preset", false), drawLayer(t, "rules", false)
		presetProfile, ownProfile := drawLayer(t, "preset's profile", true), drawLayer(t, "profile", true)
		presetEntry, first, second := drawLayer(t, "preset's entry", false), drawLayer(t, "first entry", false), drawLayer(t, "second entry", false)
		maxMode := rapid.SampledFrom(ranks[1:]).Draw(t, "maxMode")

		presetText := head + fmt.Sprintf("default: {mode: warn}\nrules: %s\nprofiles: {p: {rules: %s}}\nnamespaces: [{match: {names: [\"x*\"]}, rules: %s}]\n",
			preset.yaml(), presetProfile.yaml(), presetEntry.yaml())
		text := head + fmt.Sprintf("maxMode: %s\nrules: %s\nprofiles: {p: {rules: %s}, q: {}}\nnamespaces:\n- {match: {names: [\"*a\"]}, rules: %s}\n- {match: {labels: {l: \"v*\"}}, rules: %s}\n",
			maxMode, own.yaml(), ownProfile.yaml(), first.yaml(), second.yaml())
		policy := mustResolveRapid(t, text, presetText)

		namespace := rapid.SampledFrom([]string{"xa", "xb", "ba", "bb"}).Draw(t, "namespace")
		label := rapid.SampledFrom([]string{"", "v", "va", "w"}).Draw(t, "label")
		profile := rapid.SampledFrom([]string{"", "p", "q", "nosuch"}).Draw(t, "profile")

		layers := []layer{preset, own}
		if profile == "p" {
			layers = append(layers, presetProfile, ownProfile)
		}
		if namespace[0] == 'x' {
			layers = append(layers, presetEntry)
		}
		if namespace[1] == 'a' {
			layers = append(layers, first)
		}
		labels := map[string]string{"l": label}
		if label == "" {
			labels = nil
		}
		if strings.HasPrefix(label, "v") {
			layers = append(layers, second)
		}

		selection := policy.Select(namespace, labels, profile)
		for _, binding := range policy.Bindings(selection) {
			mode := lastWord(layers, binding.Rule, "mode", "warn")
			mode = ranks[min(slices.Index(ranks, mode), slices.Index(ranks, maxMode))]
			want := config.Binding{Rule: binding.Rule, Mode: config.Mode(mode), Fill: lastWord(layers, binding.Rule, "fill", "true") == "true", Params: binding.Params}
			if binding.Rule == "ttl-after-finished" {
				want.Params = map[string]any{
					"seconds": json.Number(lastWord(layers, binding.Rule, "seconds", "86400")),
					"max":     json.Number(lastWord(layers, binding.Rule, "max", "604800")),
				}
			}
			if diff := cmp.Diff(want, binding); diff != "" {
				t.Fatalf("%+v in %s:\n%s", selection, namespace, diff)
			}
			if !slices.ContainsFunc(policy.Variants()[binding.Rule], func(v map[string]any) bool { return cmp.Equal(v, binding.Params) }) {
				t.Fatalf("%v is no variant", binding.Params)
			}
			if binding.Mode != config.Off && !policy.Asks(binding.Rule) {
				t.Fatalf("%s is never asked, and is %s in %s", binding.Rule, binding.Mode, namespace)
			}
		}
	})
}

func mustResolveRapid(t *rapid.T, text, presetText string) *config.Policy {
	file, err := config.Parse("policy.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	preset, err := config.Parse("preset.yaml", []byte(presetText))
	if err != nil {
		t.Fatal(err)
	}
	policy, err := config.Resolve(file, preset, someRules())
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

func TestVariantsAreDistinctAndAlwaysInTheSameOrder(t *testing.T) {
	t.Parallel()
	text := head + `
rules: {ttl-after-finished: {params: {seconds: 1}}}
profiles: {q: {rules: {ttl-after-finished: {params: {seconds: 1.0}}}}, p: {rules: {ttl-after-finished: {params: {seconds: 2}}}}}
namespaces:
- {match: {names: [a]}, rules: {ttl-after-finished: {params: {max: 5}}}}
- {match: {names: [b]}, rules: {ttl-after-finished: {params: {seconds: 2}}, image-pinned: {mode: "off"}}}
`
	want := `[{"max":604800,"seconds":1},{"max":604800,"seconds":2},{"max":5,"seconds":1},{"max":5,"seconds":2}]`
	for i := range 20 {
		specs := someRules()
		if i%2 == 1 {
			slices.Reverse(specs)
		}
		policy, err := config.Resolve(mustParse(t, "policy.yaml", text), nil, specs)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(policy.Variants()["ttl-after-finished"])
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Fatalf("got %s", got)
		}
		if n := len(policy.Variants()["image-pinned"]); n != 1 {
			t.Fatalf("image-pinned has %d variants", n)
		}
	}
}

func TestARuleThatIsOffEverywhereIsNeverAsked(t *testing.T) {
	t.Parallel()
	const off = "rules: {image-pinned: {mode: 'off'}}\n"
	for name, test := range map[string]struct {
		policy string
		asked  bool
	}{
		"off":                           {off, false},
		"off, and on in a profile":      {off + "profiles: {p: {rules: {image-pinned: {mode: audit}}}}", true},
		"off, and on in a namespace":    {off + "namespaces: [{match: {names: [a]}, rules: {image-pinned: {mode: warn}}}]", true},
		"off, and told something else":  {off + "namespaces: [{match: {names: [a]}, rules: {image-pinned: {fill: false}}}]", false},
		"on, and off where people work": {"namespaces: [{match: {names: ['*']}, rules: {image-pinned: {mode: 'off'}}}]", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := mustResolve(t, head+test.policy, "").Asks("image-pinned"); got != test.asked {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestWhatMayRefuseSomewhereIsEnforced(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ policy, want string }{
		"by itself":                  {"default: {mode: off}\nrules: {image-pinned: {mode: enforce}, at-most-once: {mode: warn}}", "image-pinned"},
		"by what is said of all":     {"default: {mode: enforce}\nrules: {resource-limits: {mode: off}}", "at-most-once image-pinned ttl-after-finished"},
		"in a profile":               {"default: {mode: warn}\nprofiles: {p: {rules: {at-most-once: {mode: enforce}}}}", "at-most-once"},
		"in a namespace":             {"default: {mode: warn}\nnamespaces: [{match: {names: [a]}, rules: {at-most-once: {mode: enforce}}}]", "at-most-once"},
		"nothing under a lower mode": {"maxMode: warn\ndefault: {mode: enforce}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(mustResolve(t, head+test.policy, "").Enforced(), " "); got != test.want {
				t.Errorf("%q are enforced, expected %q", got, test.want)
			}
		})
	}
}
