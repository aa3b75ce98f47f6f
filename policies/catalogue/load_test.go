package catalogue_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
)

const annotations = `# METADATA
# title: Jobs are small
# description: Large ones are hard to place.
# related_resources:
#   - ref: https://example.com/size
# custom:
#   severity: low
#   since: v0.1.0
`

const withParam = `# METADATA
# title: Jobs are small
# description: Large ones are hard to place.
# related_resources:
#   - ref: https://example.com/size
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         most: {type: integer, default: 3, description: "The most Pods at once."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules.small

`

const header = annotations + "package batchgate.rules.small\n\n"

// body is a rule that is fine, but for what a test adds.
const body = `deny contains {"field": ["job", "spec", "parallelism"], "msg": "is too large"} if input.job.spec.parallelism > 3
`

func load(files map[string]string) (*catalogue.Catalogue, error) {
	layer := fstest.MapFS{}
	for name, text := range files {
		layer[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return catalogue.Load(catalogue.Layer{Name: "policy", FS: layer})
}

// small loads one rule.
func small(text string) (*catalogue.Catalogue, error) {
	return load(map[string]string{"rules/small/small.rego": text})
}

func TestLoadSaysWhatIsWrongWithARule(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rego string
		want string // a part of the message; policy/rules/small/small.rego stands before it
	}{
		"no Rego": {
			"package batchgate.rules.small\n\ndeny contains {", ":3:15: unexpected eof token"},
		"an empty file": {"", ": the file is empty; expected Rego"},
		"another package": {
			annotations + "package batchgate.rules.tiny\n" + body,
			`:9:1: the package is batchgate.rules["tiny"]; expected batchgate.rules["small"], as the directory is called`},
		"no annotations": {
			"package batchgate.rules.small\n\n" + body, ":1:1: the rule has no annotations; expected a block `# METADATA`"},
		"no title": {
			strings.Replace(header, "# title: Jobs are small\n", "", 1) + body, "the rule has no title"},
		"a title of two lines": {
			strings.Replace(header, "Jobs are small", "Jobs are "+strings.Repeat("very ", 20)+"small", 1) + body, "the title is too long"},
		"no description": {
			strings.Replace(header, "# description: Large ones are hard to place.\n", "", 1) + body, "the rule has no description"},
		"no address": {
			strings.Replace(header, "# related_resources:\n#   - ref: https://example.com/size\n", "", 1) + body, "the rule has no related_resources"},
		"an address that is none": {
			strings.Replace(header, "https://example.com", "http://example.com", 1) + body, "is no address; expected https://"},
		"an unknown severity": {
			strings.Replace(header, "severity: low", "severity: lo", 1) + body, `custom.severity is "lo"; expected low, medium, high; did you mean "low"?`},
		"no version": {
			strings.Replace(header, "since: v0.1.0", "since: today", 1) + body, `custom.since is "today"; expected the version`},
		"an unknown annotation": {
			strings.Replace(header, "since:", "owner: me\n#   since:", 1) + body, `custom has an unknown key "owner"; expected severity and since`},
		"a rule that says nothing": {
			header + "_x := 1 if input.job.spec.suspend\n", "the rule says nothing; expected deny, defaults or both"},
		"a rule that is not private": {
			header + body + "limit := 3\n", ":12:1: the rule defines limit; expected deny, defaults, or a name that begins with _"},
		"a rule that warns": {
			header + "warn contains \"x\" if input.job.spec.suspend\n", "the mode of a finding is the policy's business, a rule says deny"},
		"a field that does not exist": {
			header + `deny contains {"field": ["job", "spec", "parallelism"], "msg": "x"} if input.job.spec.paralelism > 3`,
			`:11:72: there is no paralelism in input.job.spec; did you mean "parallelism"?`},
		"a field of a container that does not exist": {
			header + "deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if {\n\tsome c in input.containers\n\tc.imag == \"x\"\n}\n",
			`there is no imag in `},
		"a comparison of different types": {
			header + `deny contains {"field": ["job", "spec", "parallelism"], "msg": "x"} if startswith(input.job.spec.parallelism, "3")`,
			":11:72: startswith: invalid argument(s); have: (number"},
		"a finding on a field that does not exist": {
			header + `deny contains {"field": ["job", "spec", "paralelism"], "msg": "x"} if input.job.spec.suspend`,
			`:11:1: field [job, spec, paralelism]: there is no field paralelism; did you mean "parallelism"?`},
		"a finding on what is not the author's": {
			header + `deny contains {"field": ["owner", "kind"], "msg": "x"} if input.job.spec.suspend`,
			"field [owner, kind] is no field of the object; expected one that an author can write"},
		"a finding without a message": {
			header + `deny contains {"field": ["job", "spec"], "mgs": "x"} if input.job.spec.suspend`,
			`deny says mgs; expected allowed, field, fix, msg, value; did you mean "msg"?`},
		"a finding without a field": {
			header + `deny contains {"msg": "x"} if input.job.spec.suspend`, `deny gives no field; expected {"field": […], "msg": …}`},
		"a finding whose field is text": {
			header + `deny contains {"field": "spec", "msg": "x"} if input.job.spec.suspend`, `field is string; expected a path such as ["job", "spec", "backoffLimit"]`},
		"deny that is no set": {
			header + `deny := "no" if input.job.spec.suspend`, `deny is no set; expected deny contains`},
		"a default for a field that does not exist": {
			header + `defaults.job.spec.backofLimit := 3`, `defaults.job.spec.backofLimit: there is no field backofLimit; did you mean "backoffLimit"?`},
		"a default inside an object for a field that does not exist": {
			header + "defaults.containers[c.name].resources := {\"limit\": {\"cpu\": \"1\"}} if {\n\tsome c in input.containers\n}\n",
			`defaults.containers.*.resources.limit: there is no field limit; did you mean "limits"?`},
		"a default for a list of containers": {
			header + `defaults.pod.spec.containers := []`, "is a list of containers; expected defaults.containers[container.name]…"},
		"a default that depends on a variable": {
			header + "defaults.job.spec[key] := 3 if {\n\tsome key in {\"parallelism\"}\n}\n", "the path of a default holds a variable; only the name of a container may vary"},
		"a default for containers by another key": {
			header + "defaults.containers[c.image].resources := {} if {\n\tsome c in input.containers\n}\n", "only the name of a container may vary"},
		"a default for the name": {
			header + `defaults.job.metadata.name := "x"`, "is not a rule's to write; of metadata only labels and annotations are"},
		"a default for what is only read": {
			header + "defaults.containers[c.name].role := \"main\" if {\n\tsome c in input.containers\n}\n", "is no field of the object; it is only there to be read"},
		"a default for no view": {
			header + `defaults.namespace.name := "x"`, "defaults.namespace.name is no view; expected job, cronjob, pod, containers"},
		"a default for a whole view": {
			header + `defaults.job := {}`, "defaults.job is a whole view; expected a field below it"},
		"a Rego default of a default": {
			header + `default defaults.job.spec.suspend := false`, "defaults has a `default`"},
		"a parameter that is not declared": {
			header + `deny contains {"field": ["job", "spec", "parallelism"], "msg": "x"} if input.job.spec.parallelism > input.params.most`,
			":11:101: there is no params in input"},
		"a parameter that is misspelt": {
			withParam + `deny contains {"field": ["job", "spec", "parallelism"], "msg": "x"} if input.job.spec.parallelism > input.params.mots`,
			`there is no mots in input.params; did you mean "most"?`},
		"all parameters at once": {
			withParam + `deny contains {"field": ["job", "spec", "parallelism"], "msg": "x"} if input.params`, "reads input.params as a whole; expected input.params.<name>"},
		"a parameter without a default": {
			strings.Replace(withParam, "default: 3, ", "", 1) + body, "parameter most has no default"},
		"a parameter whose default does not fit": {
			strings.Replace(withParam, "default: 3", "default: three", 1) + body, "parameter most: its default does not fit its schema: "},
		"a parameter without a description": {
			strings.Replace(withParam, `, description: "The most Pods at once."`, "", 1) + body, "parameter most has no description"},
		"a parameter without a type": {
			strings.Replace(withParam, "type: integer, ", "", 1) + body, `parameter most has the type ""; expected array, boolean, integer, number, object, string`},
		"a parameter with a name of another language": {
			strings.Replace(withParam, "most:", "most_pods:", 1) + body, `a parameter is called "most_pods"`},
		"a schema from elsewhere": {
			strings.Replace(withParam, "type: integer", "$ref: https://example.com/x.json, type: integer", 1) + body, "its schema cannot be read"},
		"an open schema": {
			strings.Replace(withParam, "additionalProperties: false", "additionalProperties: true", 1) + body, "the schema of input.params is open"},
		"a schema without parameters": {
			strings.Replace(withParam, `      properties:
#         most: {type: integer, default: 3, description: "The most Pods at once."}
`, "      properties: {}\n", 1) + body, "the schema of input.params has no properties"},
		"a schema of something else": {
			strings.Replace(withParam, "input.params:", "input.job:", 1) + body, "schemas declares input.job; expected input.params"},
		"the whole input": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if count(input) > 0`, "uses input as a whole"},
		"the input by a variable": {
			header + "deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if {\n\tsome key in {\"job\"}\n\tinput[key].spec.suspend\n}\n", "uses input as a whole"},
		"another input": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if _big with input.job as {}` + "\n\n_big if input.job.spec.suspend\n", "uses `with`; a rule judges its own input"},
		"data": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if data.secrets.x`, "reads data.secrets.x; expected nothing of data but data.batchgate.lib"},
		"an import of another rule": {
			annotations + "package batchgate.rules.small\n\nimport data.batchgate.rules.large\n\n" + body, "imports data.batchgate.rules.large; expected data.batchgate.lib or nothing"},
		"the network": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if http.send({"url": "https://example.com"}).status_code == 200`,
			"calls http.send, which rules may not: it reaches the network"},
		"the clock": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if time.now_ns() > 5`, "calls time.now_ns, which rules may not: a finding must not depend on the clock"},
		"a builtin that the deadline does not stop": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if units.parse_bytes(input.job.metadata.name) > 5`,
			"calls units.parse_bytes, which rules may not: the deadline does not stop it; use batchgate.quantity"},
		"a function that does not exist": {
			header + `deny contains {"field": ["job", "spec"], "msg": "x"} if nosuch(input.job.metadata.name)`, "undefined function nosuch"},
		"a view that is given to a function": {
			header + "deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if _big(input.job.spec)\n\n_big(spec) if spec.paralelism > 3\n",
			"a function is given a whole view; expected the fields that it needs"},
		"a container that is given to a function": {
			header + "deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if {\n\tsome c in input.containers\n\t_big(c)\n}\n\n_big(c) if c.imag == \"x\"\n",
			"a function is given a whole view"},
		"a negation that says nothing where its argument is absent": {
			header + "deny contains {\"field\": [\"job\"], \"msg\": \"m\"} if {\n\tnot input.job.spec.parallelism > 1\n}",
			"negates a call that reads input.job.spec.parallelism; expected a value that is there"},
		"a negation that says nothing where a container lacks something": {
			header + "deny contains {\"field\": [\"job\"], \"msg\": \"m\"} if {\n\tsome c in input.containers\n\tnot c.image in {\"a\"}\n}",
			"negates a call that reads c.image"},
		"a negation inside every": {
			header + "deny contains {\"field\": [\"job\"], \"msg\": \"m\"} if {\n\tevery c in input.containers {\n\t\tnot startswith(c.workingDir, \"/data\")\n\t}\n}",
			"negates a call that reads c.workingDir"},
		"a negated comparison of what is worked out": {
			header + "deny contains {\"field\": [\"job\"], \"msg\": \"m\"} if {\n\tnot lower(input.job.metadata.labels.env) == \"prod\"\n}",
			"negates a call that reads input.job.metadata.labels.env; expected a value that is there"},
		"a negation of a part that was given a name by =": {
			header + "deny contains {\"field\": [\"job\"], \"msg\": \"m\"} if {\n\tspec = input.job.spec\n\tnot spec.activeDeadlineSeconds > 10\n}",
			"negates a call that reads spec.activeDeadlineSeconds"},
		"a variable that is not used": {
			header + "deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if {\n\tx := input.job.spec.suspend\n\tinput.job.spec.parallelism > 3\n}\n",
			"assigned var x unused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := small(test.rego)
			if err == nil {
				t.Fatal("is accepted")
			}
			if got := err.Error(); !strings.HasPrefix(got, "policy/rules/small/small.rego:") || !strings.Contains(got, test.want) {
				t.Errorf("%q is not in\n%s", test.want, got)
			}
		})
	}
}

func TestLoadSaysWhatIsWrongWithALayer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a rule without a directory": {
			map[string]string{"rules/small.rego": header + body}, "policy/rules/small.rego:1:1: a rule lies in a directory of its own; expected rules/small/small.rego"},
		"a directory with a name that is no name": {
			map[string]string{"rules/Small_Jobs/Small_Jobs.rego": header + body}, `policy/rules/Small_Jobs:1:1: the rule is called "Small_Jobs"; expected small letters`},
		"a file with another name": {
			map[string]string{"rules/small/smal.rego": header + body},
			`policy/rules/small/small.rego:1:1: is not there; a rule's file is named like its directory; did you mean "smal.rego"?`},
		"a rule of two files": {
			map[string]string{"rules/small/small.rego": header + body, "rules/small/more.rego": header},
			"policy/rules/small/more.rego:1:1: a rule is one file; expected only small.rego and tests; what rules share lies in lib/"},
		"a rule that reads what no library has": {
			map[string]string{"lib/sizes.rego": "package batchgate.lib.sizes\n\nlargest := 3\n", "rules/small/small.rego": header +
				"import data.batchgate.lib.sizes\n\ndeny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"is large\"} if input.job.spec.parallelism > sizes.larges\n"},
			`reads data.batchgate.lib.sizes.larges, which nothing defines; expected what data.batchgate.lib.sizes has; did you mean "largest"?`},
		"a rule that reads a library that is not there": {
			map[string]string{"rules/small/small.rego": header +
				"import data.batchgate.lib.size\n\ndeny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"is large\"} if input.job.spec.parallelism > size.largest\n"},
			"reads data.batchgate.lib, which nothing defines; expected what data.batchgate has"},
		"a library that reads what no library has": {
			map[string]string{"lib/x.rego": "package batchgate.lib.x\n\nbig(n) if n > data.batchgate.lib.y.most\n"},
			"policy/lib/x.rego:3:15: reads data.batchgate.lib.y, which nothing defines"},
		"a library that reads the input": {
			map[string]string{"lib/x.rego": "package batchgate.lib\n\nbig if input.job.spec.parallelism > 3\n"},
			"policy/lib/x.rego:3:8: the library reads input.job.spec.parallelism; expected it as an argument"},
		"a library of another name": {
			map[string]string{"lib/x.rego": "package mine\n\nbig := 3\n"}, "policy/lib/x.rego:1:1: the package is mine; expected batchgate.lib"},
		"a library that reaches the network": {
			map[string]string{"lib/x.rego": "package batchgate.lib\n\nbig(x) if http.send({\"url\": x}).status_code == 200\n"}, "calls http.send, which rules may not"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(test.files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q is not in\n%v", test.want, err)
			}
		})
	}
}

func TestLoadTellsOfEveryBrokenRule(t *testing.T) {
	t.Parallel()
	_, err := load(map[string]string{
		"rules/a/a.rego": "package x y",
		"rules/b/b.rego": "package batchgate.rules.b\n",
		"rules/c/c.rego": strings.ReplaceAll(header+body, "small", "c"),
	})
	if err == nil {
		t.Fatal("is accepted")
	}
	for _, want := range []string{"policy/rules/a/a.rego:1:", "policy/rules/b/b.rego:1:1: the rule has no annotations"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%s", want, err)
		}
	}
	if strings.Contains(err.Error(), "rules/c/") {
		t.Errorf("a rule that is fine is blamed:\n%s", err)
	}
}

func TestARuleOfABundledNameIsRefused(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{"rules/backoff-limit/backoff-limit.rego": {Data: []byte(strings.Replace(header, "rules.small", `rules["backoff-limit"]`, 1) + body)}}
	_, err := catalogue.Load(catalogue.Layer{Name: "bundled", FS: policies.FS}, catalogue.Layer{Name: "own", FS: own})
	want := "own/rules/backoff-limit/backoff-limit.rego:1:1: there is a rule backoff-limit already: bundled/rules/backoff-limit/backoff-limit.rego; " +
		"expected another name, or parameters for the one that is there"
	if fmt.Sprint(err) != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestALibraryDoesNotChangeTheBundledOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		layer, text string
		want        string // "" when it is accepted
	}{
		"a function of the same name": {"own", "package batchgate.lib\n\ngiven(team, _, _) := team\n",
			"own/lib/team.rego:3:1: defines batchgate.lib.given, which bundled/lib/allotment.rego does already; expected another name, or the package batchgate.lib.<name>"},
		"a layer that calls itself bundled": {"bundled", "package batchgate.lib\n\nteam(x) := x\n", ""},
		"a package below":                   {"own", "package batchgate.lib.team\n\ngiven(team, _, _) := team\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "lib/team.rego"
			if test.layer == "bundled" {
				file = "lib/allotment.rego"
			}
			own := fstest.MapFS{file: {Data: []byte(test.text)}}
			c, err := catalogue.Load(catalogue.Layer{Name: "bundled", FS: policies.FS}, catalogue.Layer{Name: test.layer, FS: own})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want == "":
				variants := map[string][]map[string]any{"resource-limits": {c.Rule("resource-limits").Defaults()}}
				if _, err := c.Compile(variants); err != nil {
					t.Errorf("the bundled library is gone: %v", err)
				}
			case fmt.Sprint(err) != test.want:
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestANegationOfWhatIsThereIsNoTrap(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`not input.operation in {"CREATE"}`,
		`not startswith(input.namespace.name, "team-")`,
		`not startswith(input.cronjob.spec.schedule, "@")`,
		"some c in input.containers\n\tnot c.role in {\"main\"}",
		"some c in input.containers\n\tc.image\n\tnot startswith(c.image, \"a\")",
		"some c in input.containers\n\timage := c.image\n\tnot startswith(image, \"a\")",
		`not input.job.spec.completionMode == "Indexed"`,
		`not startswith(object.get(input.job.metadata, ["labels", "team"], ""), "team-")`,
		"labels := object.get(input.job.metadata, \"labels\", {})\n\tnot startswith(object.get(labels, \"team\", \"\"), \"team-\")",
		`not count({c | some c in input.containers; c.workingDir}) == 1`,
	} {
		if _, err := small(header + "deny contains {\"field\": [\"job\"], \"msg\": \"m\"} if {\n\t" + body + "\n}"); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}
