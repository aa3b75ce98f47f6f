package regotest_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/regotest"
)

const (
	ruleFile     = "rules/team-label/team-label.rego"
	ruleTests    = "rules/team-label/team-label_test.rego"
	ruleExamples = "rules/team-label/examples.txtar"
	libFile      = "lib/named.rego"
	libTests     = "lib/named_test.rego"
)

// good is a policy directory with nothing wrong.
func good(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	source := os.DirFS("testdata/good")
	for _, name := range []string{ruleFile, ruleTests, ruleExamples, libFile, libTests} {
		text, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	return files
}

// broken is the same directory with a text replaced in one of its files; an
// empty text stands for the whole file.
func broken(t *testing.T, name, text, by string) fstest.MapFS {
	t.Helper()
	files := good(t)
	whole := string(files[name].Data)
	if !strings.Contains(whole, text) {
		t.Fatalf("%s has no %q", name, text)
	}
	if text == "" {
		text = whole
	}
	files[name].Data = []byte(strings.Replace(whole, text, by, 1))
	return files
}

// problems are those of all outcomes, by the outcome's name.
func problems(t *testing.T, suite regotest.Suite) map[string][]string {
	t.Helper()
	outcomes, err := suite.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, o := range regotest.Failed(outcomes) {
		found[o.Name] = o.Problems
	}
	return found
}

func suite(files fs.FS) regotest.Suite {
	return regotest.Suite{Layer: catalogue.Layer{Name: "dir", FS: files}}
}

func TestWhatIsWrongIsFoundAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, text, by string
		want           map[string][]string
	}{
		"nothing": {ruleFile, "Jobs name their team", "Jobs name a team", map[string][]string{}},
		"a message with a gap": {
			ruleFile, "{input.params.label}, nobody", "{input.job.metadata.annotations.team}, nobody",
			map[string][]string{"team-label/examples/refused-a-job-without-a-team": {
				"dir/rules/team-label/examples.txtar:11: a message says <undefined>: it reads what may be absent; give that a name before",
				"dir/rules/team-label/examples.txtar:11: refused-a-job-without-a-team/findings.txt (- expected, + what happens)" +
					"\n\t- refused: metadata.labels has no team, nobody can be asked" +
					"\n\t+ refused: metadata.labels has no <undefined>, nobody can be asked",
			}},
		},
		"a test that is not true": {
			ruleTests, "count(findings) == 1", "count(findings) == 2",
			map[string][]string{"team-label/test_denies_a_job_without_a_team": {
				"dir/rules/team-label/team-label_test.rego:9: is not true: count(findings) == 2\n\t- 2\n\t+ 1",
			}},
		},
		"a test that is not true at once": {
			libTests, `"a")`, `"c")`,
			map[string][]string{
				"lib/named/test_a_name_that_is_there": {`dir/lib/named_test.rego:5: is not true: lib.named({"a", "b"}, "c")`},
			},
		},
		"what a failing test prints": {
			ruleTests, "count(findings) == 1", "print(\"seen\", findings)\n\tcount(findings) == 2",
			map[string][]string{"team-label/test_denies_a_job_without_a_team": {
				"dir/rules/team-label/team-label_test.rego:10: is not true: count(findings) == 2\n\t- 2\n\t+ 1",
				`dir/rules/team-label/team-label_test.rego:7: prints: seen {{"field": ["job", "metadata", "labels"], "msg": "has no team, nobody can be asked"}}`,
			}},
		},
		"a builtin that fails": {
			libTests, `"a")`, "\"a\")\n\ntest_many if not batchgate.quantity(\"cpu\", \"many\") == 1",
			map[string][]string{
				"lib/named/test_many": {`dir/lib/named_test.rego:7: batchgate.quantity: quantity of cpu is "many", expected a number with an optional unit such as 100m or 128Mi`},
			},
		},
		"a comparison that can never hold": {
			ruleTests, "findings == set()", `findings == {{"field": 1, "msg": "is none"}}`,
			map[string][]string{"tests": {
				"dir/rules/team-label/team-label_test.rego:14: match error" +
					"\n\tleft  : set[object<field: array<string, string, string>, msg: string>]" +
					"\n\tright : set[object<field: number, msg: string>]" +
					"\n\thint  : both sides are sets but their types differ, so they can never be equal (see https://www.openpolicyagent.org/docs/errors/rego-type-error/match-error)",
			}},
		},
		"a test that calls the network": {
			libTests, `"a")`, "\"a\")\n\ntest_the_network if http.send({\"method\": \"get\", \"url\": \"https://example.com\"})",
			map[string][]string{"tests": {"dir/lib/named_test.rego:7: undefined function http.send"}},
		},
		"a line that no test reaches": {
			ruleTests, `with input as {"job": {"spec": {"parallelism": 1}}}`, `with rule.defaults as {"job": {"spec": {"ttlSecondsAfterFinished": 60}}}`,
			map[string][]string{"team-label/coverage": {
				"dir/rules/team-label/team-label.rego:19: no test reaches this: defaults.job.spec.ttlSecondsAfterFinished := 60 if input.job.spec.parallelism == 1",
			}},
		},
		"a library that only the tests of rules reach": {
			libTests, "", "package batchgate.lib_test\n",
			map[string][]string{},
		},
		"a file that is not formatted": {
			ruleFile, "\tinput.job.metadata\n", "    input.job.metadata\n",
			map[string][]string{"team-label/style": {
				"dir/rules/team-label/team-label.rego:22: is not formatted as opa fmt does it; expected: input.job.metadata",
			}},
		},
		"a rule that is too long": {
			ruleFile, "\tinput.job.metadata\n", strings.Repeat("\tinput.job.metadata\n", 80),
			map[string][]string{"team-label/style": {
				"dir/rules/team-label/team-label.rego:1: has 87 lines of code; at most 80 are allowed",
			}},
		},
		"a function of the library that says nothing": {
			libFile, "# METADATA\n# description: Whether a name is one of several.\n", "",
			map[string][]string{"lib/named/style": {
				"dir/lib/named.rego:3: named has no description; expected a block `# METADATA` above it",
			}},
		},
		"a test in another package": {
			libTests, "package batchgate.lib_test", "package batchgate.libtest",
			map[string][]string{"lib/named/style": {
				"dir/lib/named_test.rego:1: the package is batchgate.libtest; expected batchgate.lib_test",
			}},
		},
		"a test whose name says nothing": {
			ruleTests, "test_allows_a_job_of_a_team", "test_team",
			map[string][]string{"team-label/complete": {
				"dir/rules/team-label/team-label_test.rego:12: test_team does not say what the rule does; expected test_denies_…, test_allows_…, test_sets_…, test_keeps_…",
				"dir/rules/team-label/team-label_test.rego:1: has no test that begins with test_allows_",
			}},
		},
		"a set that is another one": {
			ruleTests, "findings == set()", `findings == {{"field": ["job", "metadata", "labels"], "msg": "is none"}}`,
			map[string][]string{"team-label/test_allows_a_job_of_a_team": {
				"dir/rules/team-label/team-label_test.rego:14: is not true: findings == {{\"field\": [\"job\", \"metadata\", \"labels\"], \"msg\": \"is none\"}}" +
					"\n\t- {\"field\": [\"job\", \"metadata\", \"labels\"], \"msg\": \"is none\"}",
			}},
		},
		"instructions of a new rule that nobody has followed": {
			ruleFile, "# title: ", "#   # NEW: say what is good\n# title: ",
			map[string][]string{"team-label/style": {
				"dir/rules/team-label/team-label.rego:2: to do: say what is good",
			}},
		},
		"instructions in the examples": {
			ruleExamples, "kind: Job\n", "kind: Job\n# NEW: make it a bad one\n",
			map[string][]string{"team-label/complete": {
				"dir/rules/team-label/examples.txtar:4: to do: make it a bad one",
			}},
		},
		"a warning instead of a refusal": {
			ruleExamples, "-- refused-a-job-without-a-team/object.yaml --\n",
			"-- warned-about-a-job-without-a-team/context.yaml --\nmode: warn\n" +
				"-- warned-about-a-job-without-a-team/findings.txt --\nwarned: metadata.labels has no team, nobody can be asked\n" +
				"-- warned-about-a-job-without-a-team/object.yaml --\n",
			map[string][]string{"team-label/complete": {
				"dir/rules/team-label/examples.txtar:15: refused-a-job-without-a-team has no object.yaml",
			}},
		},
		"a test that is put off": {
			libTests, "test_a_name", "todo_test_a_name",
			map[string][]string{"lib/named/todo_test_a_name_that_is_there": {
				"dir/lib/named_test.rego:5: is a test that is never run; expected a name that begins with test_",
			}},
		},
		"no examples": {
			ruleExamples, "", "",
			map[string][]string{"team-label/complete": {
				"dir/rules/team-label/examples.txtar:1: has no example that begins with accepted-",
				"dir/rules/team-label/examples.txtar:1: has no example that begins with refused- or warned-",
				"dir/rules/team-label/examples.txtar:1: has no example that begins with filled-",
			}},
		},
		"an example that does not hold": {
			ruleExamples, "has no team, nobody", "has no team and nobody",
			map[string][]string{"team-label/examples/refused-a-job-without-a-team": {
				"dir/rules/team-label/examples.txtar:11: refused-a-job-without-a-team/findings.txt (- expected, + what happens)\n" +
					"\t- refused: metadata.labels has no team and nobody can be asked\n" +
					"\t+ refused: metadata.labels has no team, nobody can be asked",
			}},
		},
		"an example that is something else than its name says": {
			ruleExamples, "labels: {squad: payments}", "labels: {team: payments}",
			map[string][]string{"team-label/examples/accepted-a-job-of-a-team": {
				"dir/rules/team-label/examples.txtar:14: the name says accepted, but it is refused",
				"dir/rules/team-label/examples.txtar:26: accepted-a-job-of-a-team/findings.txt (- expected, + what happens)\n" +
					"\t+ refused: metadata.labels has no squad, nobody can be asked",
			}},
		},
		"an example that Kubernetes would not take": {
			ruleExamples, "restartPolicy: Never", "restartPolicy: Sometimes",
			map[string][]string{"team-label/examples/refused-a-job-without-a-team": {
				`dir/rules/team-label/examples.txtar:1: refused-a-job-without-a-team is not accepted by Kubernetes: ` +
					`spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"; ` +
					`spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "OnFailure", "Never"`,
			}},
		},
		"an example with a field that does not exist": {
			ruleExamples, "parallelism: 2", "paralelism: 2",
			map[string][]string{"team-label/examples/refused-a-job-without-a-team": {
				`dir/rules/team-label/examples.txtar:1: refused-a-job-without-a-team is not accepted by Kubernetes: Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.paralelism"`,
			}},
		},
		"an example with a parameter that does not exist": {
			ruleExamples, "{label: squad}", "{labl: squad}",
			map[string][]string{"team-label/examples/accepted-a-job-of-a-team": {
				`dir/rules/team-label/examples.txtar:14: accepted-a-job-of-a-team context.yaml: rule team-label has no param "labl"; expected label; did you mean "label"?`,
			}},
		},
		"an example with a context of another kind": {
			ruleExamples, "params: {label: squad}", "parms: {label: squad}",
			map[string][]string{
				"team-label/complete": {
					`dir/rules/team-label/examples.txtar:15: accepted-a-job-of-a-team/context.yaml: has the unknown key "parms"; expected mode, fill, params, client, user, namespace; did you mean "params"?`,
				},
			},
		},
		"an example with an unknown key of the user": {
			ruleExamples, "params: {label: squad}", "params: {label: squad}\nuser: {nam: ann}",
			map[string][]string{
				"team-label/complete": {
					`dir/rules/team-label/examples.txtar:16: accepted-a-job-of-a-team/context.yaml: has the unknown key "nam" in user; expected name, groups; did you mean "name"?`,
				},
			},
		},
		"an example with a namespace of another kind": {
			ruleExamples, "params: {label: squad}", "params: {label: squad}\nnamespace: shop",
			map[string][]string{
				"team-label/complete": {
					`dir/rules/team-label/examples.txtar:14: accepted-a-job-of-a-team/context.yaml: namespace is a string; expected keys and values`,
				},
			},
		},
		"an example with an unknown key of the namespace": {
			ruleExamples, "params: {label: squad}", "params: {label: squad}\nnamespace:\n  lables: {}",
			map[string][]string{
				"team-label/complete": {
					`dir/rules/team-label/examples.txtar:17: accepted-a-job-of-a-team/context.yaml: has the unknown key "lables" in namespace; expected name, labels, annotations, limitRanges, resourceQuotas; did you mean "labels"?`,
				},
			},
		},
		"an example with a context that is no YAML": {
			ruleExamples, "params: {label: squad}", "params: {label: squad}\n\tmode: warn",
			map[string][]string{
				"team-label/complete": {
					`dir/rules/team-label/examples.txtar:16: accepted-a-job-of-a-team/context.yaml: is no YAML: found character that cannot start any token`,
				},
			},
		},
		"an example that is no YAML": {
			ruleExamples, "kind: Job\n", "kind: Job\n\tname: x\n",
			map[string][]string{
				"team-label/examples/refused-a-job-without-a-team": {
					`dir/rules/team-label/examples.txtar:4: refused-a-job-without-a-team/object.yaml: is no YAML: found a tab character that violates indentation`,
				},
			},
		},
		"a part of an example that is given twice": {
			ruleExamples, "-- filled-a-lone-pod/findings.txt --\n", "-- filled-a-lone-pod/changes.txt --\nspec.ttlSecondsAfterFinished: 5\n-- filled-a-lone-pod/findings.txt --\n",
			map[string][]string{
				"team-label/complete": {
					`dir/rules/team-label/examples.txtar:41: filled-a-lone-pod/changes.txt is in line 38 already; expected each once`,
				},
			},
		},
		"line ends of Windows": {
			ruleExamples, "kind: Job\n", "kind: Job\r\n",
			map[string][]string{"team-label/load": {"dir/rules/team-label/examples.txtar:3: ends as lines do on Windows; expected a line feed alone"}},
		},
		"an empty test": {
			libTests, "", "# nothing\n",
			map[string][]string{"lib/named/load": {"dir/lib/named_test.rego:1: the file is empty; expected Rego"}},
		},
		"an example whose name promises nothing": {
			ruleExamples, "-- filled-a-lone-pod/findings.txt", "-- fills/findings.txt",
			map[string][]string{"team-label/complete": {
				`dir/rules/team-label/examples.txtar:38: the example is called "fills"; expected small letters, digits and dashes after refused-, warned-, accepted-, filled-`,
				"dir/rules/team-label/examples.txtar:38: fills has no object.yaml",
			}},
		},
		"a rule that does not load": {
			ruleFile, "title: ", "titel: ",
			map[string][]string{"load": {"dir/rules/team-label/team-label.rego:1:1: the rule has no title; expected one line that states the good state"}},
		},
		"a test that does not parse": {
			libTests, "if lib", "if if lib",
			map[string][]string{"lib/named/load": {"dir/lib/named_test.rego:5: unexpected if keyword" +
				"\n\ttest_a_name_that_is_there if if lib.named({\"a\", \"b\"}, \"a\")\n\t                             ^"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := problems(t, suite(broken(t, test.file, test.text, test.by)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
