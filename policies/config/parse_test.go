package config_test

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/config"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string // after head, unless whole
		want string // without "policy.yaml:"
	}{
		"an unknown key has a near one":             {"rulse: {}", `4:1: unknown key "rulse" in the policy; expected ambiguousDefaults, apiVersion, default, exceptions, excludeNamespaces, extends, kind, maxMode, metadata, namespaces, profiles, recordFills, rules or trustedOwners; did you mean "rules"?`},
		"a mode in place of settings":               {"rules: {a: off}", `4:12: the settings of rule a are "off"; expected {mode: off}`},
		"another word in place of settings":         {"rules: {a: no}", `4:12: the settings of rule a is text; expected keys and values`},
		"an unknown key of a rule":                  {"rules: {a: {mod: warn}}", `4:13: unknown key "mod" in the settings of rule a; expected fill, mode or params; did you mean "mode"?`},
		"a key that is given twice":                 {"maxMode: warn\nmaxMode: audit", `5:1: the key "maxMode" of the policy is given twice; it is in line 4 already`},
		"a rule that is given twice":                {"rules:\n  a: {}\n  a: {}", `6:3: the key "a" of rules is given twice; it is in line 5 already`},
		"a key that is no text":                     {"rules: {1: {}}", `4:9: the key 1 of rules is a number; expected text, put it in quotes`},
		"a list where a mapping belongs":            {"rules: [a]", `4:8: rules is a list; expected keys and values`},
		"a text where a list belongs":               {`excludeNamespaces: kube-system`, `4:20: excludeNamespaces is text; expected a list`},
		"nothing where a mapping belongs":           {"rules:", `4:7: rules is empty; expected keys and values, or remove the key`},
		"an unknown mode":                           {"rules: {a: {mode: enforced}}", `4:19: mode of rule a is "enforced"; expected off, audit, warn or enforce; did you mean "enforce"?`},
		"maxMode off":                               {"maxMode: off", `4:10: maxMode is "off"; expected audit, warn or enforce`},
		"fill that is a word":                       {`rules: {a: {fill: "yes"}}`, `4:19: fill of rule a is "yes"; expected true or false`},
		"an unknown reading of defaults":            {"ambiguousDefaults: full", `4:20: ambiguousDefaults is "full"; expected fill or leave; did you mean "fill"?`},
		"an unknown record":                         {"recordFills: label", `4:14: recordFills is "label"; expected annotation, warning or off`},
		"an anchor":                                 {"rules: &a {}", `4:8: rules has the anchor &a, anchors are not supported; remove it`},
		"an alias":                                  {"rules: {a: *b}", `1:1: not YAML: unknown anchor 'b' referenced; expected a BatchPolicy in YAML`},
		"a merge key":                               {"rules: {<<: {a: {}}}", `4:9: merge keys are not supported; write the keys out`},
		"an alias of something real":                {"ambiguousDefaults: &a fill\nrecordFills: *a", "4:20: ambiguousDefaults has the anchor &a, anchors are not supported; remove it\npolicy.yaml:5:14: recordFills is the alias *a, aliases are not supported; write the value out"},
		"an alias in a parameter":                   {"rules: {a: {params: {x: [&a 1, *a]}}}", "4:26: an item of param \"x\" of rule a has the anchor &a, anchors are not supported; remove it"},
		"more profiles than anybody chooses from":   {"profiles: {" + manyKeys(65) + "}", "4:11: profiles has 65 entries; at most 64 are allowed"},
		"a list for true or false":                  {"default: {fill: []}", "4:17: default.fill is a list; expected true or false"},
		"a tag":                                     {"maxMode: !!str warn", `4:10: maxMode has the tag !!str, tags are not supported; remove it`},
		"a pattern among the excluded":              {`excludeNamespaces: ["kube-*"]`, `4:21: the excluded namespace "kube-*" is not a name; expected the name of a namespace in full: the API server is given this list and knows no patterns`},
		"an excluded number":                        {"excludeNamespaces: [1]", `4:21: an item of excludeNamespaces is 1, a number; expected text, put it in quotes`},
		"a trusted owner without users":             {"trustedOwners: [{apiGroup: a, kind: B}]", `4:17: a trusted owner is incomplete; expected apiGroup, kind and users`},
		"a trusted owner without any user":          {"trustedOwners: [{apiGroup: a, kind: B, users: []}]", `4:47: users is empty; expected at least one pattern, or remove the key`},
		"a namespaces entry that matches all":       {"namespaces: [{rules: {}}]", `4:14: an item of namespaces matches nothing in particular; expected match: {names: […], labels: {…}}; names: ["*"] is every namespace`},
		"a pattern of another language":             {`namespaces: [{match: {names: ["team-[ab]"]}}]`, `4:31: the pattern "team-[ab]" matches no name; expected lower-case letters, digits, -, . and * for any text`},
		"a label value that is no text":             {"namespaces: [{match: {labels: {prod: true}}}]", `4:38: the label prod is true, true or false; expected text, put it in quotes`},
		"a profile that turns a rule off":           {"profiles: {p: {rules: {a: {mode: off}}}}", `4:34: mode of rule a is off in a profile; a profile only adds, because the author of a Job chooses it: remove the key`},
		"a profile that stops filling":              {"profiles: {p: {rules: {a: {fill: false}}}}", `4:34: fill of rule a is false in a profile; a profile only adds, because the author of a Job chooses it: remove the key`},
		"a profile that is no label":                {"profiles: {a b: {}}", `4:12: the name of a profile is "a b"; expected at most 63 lower-case letters, digits and -`},
		"an exception for everything":               {"exceptions: [{rules: [a], match: {}, reason: r, owner: o, expires: 2027-01-01}]", `4:14: the exception has no match; expected match: {namespaces: […], names: […]}; names: ["*"] is every name`},
		"an exception without reason":               {"exceptions: [{rules: [a], match: {names: [a]}, owner: o, expires: 2027-01-01}]", `4:14: the exception has no reason; expected reason: why the rule cannot hold here`},
		"an exception without owner":                {"exceptions: [{rules: [a], match: {names: [a]}, reason: r, expires: 2027-01-01}]", `4:14: the exception has no owner; expected owner: who answers for it`},
		"an exception for ever":                     {"exceptions: [{rules: [a], match: {names: [a]}, reason: r, owner: o}]", `4:14: the exception has no expires; expected expires: YYYY-MM-DD, the last day it holds`},
		"an exception from no rule":                 {"exceptions: [{rules: [], match: {names: [a]}, reason: r, owner: o, expires: 2027-01-01}]", `4:22: rules is empty; expected at least one pattern, or remove the key`},
		"a day that does not exist":                 {"exceptions: [{rules: [a], match: {names: [a]}, reason: r, owner: o, expires: 2027-02-29}]", `4:78: expires is 2027-02-29; there is no such day`},
		"a day and an hour":                         {"exceptions: [{rules: [a], match: {names: [a]}, reason: r, owner: o, expires: 2027-02-28T00:00:00Z}]", `4:78: expires is 2027-02-28T00:00:00Z; expected a day as YYYY-MM-DD`},
		"a day in another order":                    {`exceptions: [{rules: [a], match: {names: [a]}, reason: r, owner: o, expires: "28.02.2027"}]`, `4:78: expires is "28.02.2027"; expected a day as YYYY-MM-DD`},
		"a blank reason":                            {`exceptions: [{rules: [a], match: {names: [a]}, reason: " ", owner: o, expires: 2027-01-01}]`, `4:56: reason is empty; expected text`},
		"an infinite parameter":                     {"rules: {a: {params: {x: .inf}}}", `4:25: param "x" of rule a is .inf; expected a number that 64 bits can hold`},
		"a parameter that is too large":             {"rules: {a: {params: {x: 9223372036854775808}}}", `4:25: param "x" of rule a is 9223372036854775808; expected a number that 64 bits can hold`},
		"a parameter that is nested too deeply":     {"rules: {a: {params: {x: " + strings.Repeat("[", 17) + strings.Repeat("]", 17) + "}}}", `4:41: an item of param "x" of rule a is nested too deeply; at most 16 levels are allowed`},
		"a key that is given twice in a parameter":  {"rules: {a: {params: {x: {k: 1, k: 2}}}}", `4:32: the key "k" of param "x" of rule a is given twice; it is in line 4 already`},
		"a preset's name that is none":              {"extends: Strict!", `4:10: extends is "Strict!"; expected at most 63 lower-case letters, digits and -`},
		"more namespaces entries than bits":         {"namespaces:\n" + strings.Repeat("- {match: {names: [a]}}\n", 65), `5:1: namespaces has 65 items; at most 64 are allowed`},
		"a second document":                         {"---\na: b", `4:1: the file has more than one document; expected a single BatchPolicy`},
		"a second document that is broken":          {"---\na: b: c", `5:1: not YAML: mapping values are not allowed in this context; expected a BatchPolicy in YAML`},
		"YAML that cannot be read":                  {"rules: {", `4:1: not YAML: did not find expected node content; expected a BatchPolicy in YAML`},
		"a metadata key that has no meaning here":   {"default: {params: {}}", `4:11: unknown key "params" in default; expected fill or mode`},
		"an alias that goes round":                  {"rules: &r {a: *r}", `4:8: rules has the anchor &r, anchors are not supported; remove it`},
		"a long value is cut short in its message":  {"maxMode: " + strings.Repeat("x", 100), `4:10: maxMode is "` + strings.Repeat("x", 59) + `…"; expected audit, warn or enforce`},
		"a text that is longer than anybody writes": {"exceptions: [{rules: [a], match: {names: [a]}, reason: " + strings.Repeat("x", 1025) + ", owner: o, expires: 2027-01-01}]", `4:56: reason has 1025 bytes; at most 1024 are allowed`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("policy.yaml", []byte(head+test.text))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff("policy.yaml:"+test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: {}, ", i)
	}
	return b.String()
}

func TestParseSaysWhatTheFileIsNot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"an empty file":            {"", `p:1:1: the file is empty; expected a BatchPolicy`},
		"a file of comments":       {"# nothing\n", `p:1:1: the file is empty; expected a BatchPolicy`},
		"a file that is too large": {strings.Repeat("#", config.MaxFileSize+1), `p:1:1: the file has 1048577 bytes; at most 1048576 are allowed`},
		"a binary file":            {"\xff\xfe\x00", `p:1:1: the file is not UTF-8 text; expected a BatchPolicy in YAML`},
		"a control character":      {"a: \x01", `p:1:1: not YAML: control characters are not allowed; expected a BatchPolicy in YAML`},
		"a list":                   {"- a", `p:1:1: the policy is a list; expected keys and values`},
		"a policy of another tool": {"apiVersion: batchgate.dev/v1\nkind: Policy\nmetadata: {name: x}", "p:1:13: apiVersion is \"batchgate.dev/v1\"; expected batchgate.dev/v1alpha1\np:2:7: kind is \"Policy\"; expected BatchPolicy"},
		"a file that says nothing": {"{}", "p:1:1: the policy has no apiVersion; expected apiVersion: batchgate.dev/v1alpha1\np:1:1: the policy has no kind; expected kind: BatchPolicy\np:1:1: the policy has no metadata; expected metadata: {name: …}"},
		"metadata without a name":  {"apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {}", "p:3:11: metadata has no name; expected metadata: {name: …}"},
		"a name that is no name":   {"apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: A b}", `p:3:18: metadata.name is "A b"; expected at most 63 lower-case letters, digits and -`},
		"several problems, in order": {head + "maxMode: x\nrulse: {}\nextends: 7", "p:4:10: maxMode is \"x\"; expected audit, warn or enforce\n" +
			"p:5:1: unknown key \"rulse\" in the policy; expected ambiguousDefaults, apiVersion, default, exceptions, excludeNamespaces, extends, kind, maxMode, metadata, namespaces, profiles, recordFills, rules or trustedOwners; did you mean \"rules\"?\n" +
			"p:6:10: extends is 7, a number; expected text, put it in quotes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("p", []byte(test.text))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			var all *config.Errors
			if !errors.As(err, &all) || len(all.Problems) != strings.Count(test.want, "\n")+1 {
				t.Errorf("error is %#v", err)
			}
		})
	}
}

func TestAnAliasBombIsSmall(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x]\n")
	for i := 1; i < 100; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	_, err := config.Parse("p", []byte(head+"rules: {a: {params: {x: *a99}}}\n"))
	if err == nil {
		t.Error("an alias without anchor was accepted")
	}
	if _, err = config.Parse("p", []byte(head+bomb.String())); err == nil || len(err.Error()) > 100_000 {
		t.Errorf("error of %d bytes", len(fmt.Sprint(err)))
	}
}

func TestAFileOfRubbishGetsAShortAnswer(t *testing.T) {
	t.Parallel()
	var keys strings.Builder
	for i := range 70_000 {
		fmt.Fprintf(&keys, "rule%d: 1\n", i)
	}
	_, err := config.Parse("p", []byte(head+keys.String()))
	var all *config.Errors
	if !errors.As(err, &all) || len(all.Problems) != 100 || all.More != 69_900 {
		t.Fatalf("error of %d bytes", len(fmt.Sprint(err)))
	}
	if !strings.HasSuffix(err.Error(), "\nand 69900 more") {
		t.Error("the rest is not counted")
	}
}

func TestUnknownPresetIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	file := mustParse(t, "policy.yaml", head+"extends: stric\n")
	got := file.UnknownPreset([]string{"audit", "recommended", "strict"}).Error()
	want := `policy.yaml:4:10: extends is "stric"; expected audit, recommended or strict; did you mean "strict"?`
	if got != want {
		t.Errorf("got %s", got)
	}
}
