package live

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/config"
)

// A set that loads, with everything that a set can have.
const (
	wholePolicy = `apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: whole}
extends: recommended
rules:
  ttl-after-finished: {params: {seconds: 7200}}
  small-jobs: {mode: enforce}
namespaces:
  - match: {names: ["sandbox-*"]}
    rules: {backoff-limit: {mode: warn}}
`
	wholeLib = `package batchgate.lib.sizes

most := 3
`
	wholeRule = `# METADATA
# title: Jobs are small
# description: A Job that runs many Pods at once starves others.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["small-jobs"]

import data.batchgate.lib.sizes

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg} if {
	input.job.spec.parallelism > sizes.most
	msg := $"is more than {sizes.most}"
}
`
	wholeTest = `package batchgate.rules_test["small-jobs"]

import data.batchgate.rules["small-jobs"] as rule

test_denies_four if count(rule.deny) == 1 with input as {"job": {"spec": {"parallelism": 4}}}
`
	wholeExamples = `-- accepted-one-pod/object.yaml --
apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: registry.example.com/tools/report:1.4.2
-- accepted-one-pod/findings.txt --
-- accepted-one-pod/changes.txt --
`
	policyYAML  = "policy.yaml"
	libRego     = "lib/sizes.rego"
	ruleRego    = "rules/small-jobs/small-jobs.rego"
	testRego    = "rules/small-jobs/small-jobs_test.rego"
	examplesTxt = "rules/small-jobs/examples.txtar"
)

// set is a policy directory: what files say, and where links lead.
type set struct{ files, links map[string]string }

func whole() set {
	return set{
		files: map[string]string{policyYAML: wholePolicy, libRego: wholeLib, ruleRego: wholeRule, testRego: wholeTest, examplesTxt: wholeExamples},
		links: map[string]string{},
	}
}

// replace puts a text in the place of another, which must be there.
func (s set) replace(file, old, with string) {
	if !strings.Contains(s.files[file], old) {
		panic(fmt.Sprintf("%s has no %q", file, old))
	}
	s.files[file] = strings.Replace(s.files[file], old, with, 1)
}

func (s set) write(t *testing.T, dir string) {
	t.Helper()
	for name, text := range s.files {
		write(t, dir, name, text)
	}
	for name, target := range s.links {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// word is a name that nothing has.
func word(r *rand.Rand) string {
	text := "x"
	for range 3 + r.IntN(8) {
		text += string(rune('a' + r.IntN(26)))
	}
	return text
}

func oneOf(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// breakage is a way to break a set, of which chance makes many.
type breakage struct {
	what string
	file string // that the message has to name
	line bool   // and whether there is a line to name
	do   func(r *rand.Rand, s set)
}

// body puts a rule's body in the place of the one that is good.
func body(text func(r *rand.Rand) string) func(*rand.Rand, set) {
	return func(r *rand.Rand, s set) {
		s.replace(ruleRego, "input.job.spec.parallelism > sizes.most\n", text(r)+"\n")
	}
}

func breakages() []breakage {
	return []breakage{
		{"YAML that does not end", policyYAML, true, func(r *rand.Rand, s set) {
			s.files[policyYAML] += oneOf(r, "a: [", "b: {c: ", "d: \"", "- e: '") + word(r)
		}},
		{"a tab", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "  small-jobs", "\t"+word(r)+": 1\n  small-jobs") }},
		{"half-written", policyYAML, false, func(r *rand.Rand, s set) {
			s.files[policyYAML] = wholePolicy[:r.IntN(strings.Index(wholePolicy, "whole"))]
		}},
		{"an unknown key", policyYAML, true, func(r *rand.Rand, s set) { s.files[policyYAML] += word(r) + ": " + word(r) + "\n" }},
		{"a key twice", policyYAML, true, func(r *rand.Rand, s set) {
			s.files[policyYAML] += oneOf(r, "extends: audit", "metadata: {name: b}", "rules: {}", "kind: BatchPolicy") + "\n"
		}},
		{"another kind", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "BatchPolicy", word(r)) }},
		{"another version", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "v1alpha1", fmt.Sprintf("v%d", 2+r.IntN(1000))) }},
		{"an unknown preset", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "extends: recommended", "extends: "+word(r)) }},
		{"an unknown rule", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "small-jobs", word(r)) }},
		{"an unknown mode", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "mode: enforce", "mode: "+word(r)) }},
		{"an unknown parameter", policyYAML, true, func(r *rand.Rand, s set) { s.replace(policyYAML, "seconds", word(r)) }},
		{"a parameter of another type", policyYAML, true, func(r *rand.Rand, s set) {
			s.replace(policyYAML, "7200", oneOf(r, word(r), "[1]", "{a: 1}", "true", "1.5", fmt.Sprint(-1-r.IntN(1000))))
		}},
		{"no Rego", ruleRego, true, func(r *rand.Rand, s set) {
			s.replace(ruleRego, "deny contains", oneOf(r, "§", "deny(", "} ", "]", "\"")+word(r))
		}},
		{"an end that is missing", ruleRego, true, func(r *rand.Rand, s set) {
			text := s.files[ruleRego]
			s.files[ruleRego] = text[:len(text)-2-r.IntN(strings.Index(text, "msg :=")-strings.Index(text, "input.job"))]
		}},
		{"a builtin that is not allowed", ruleRego, true, body(func(r *rand.Rand) string {
			return oneOf(r, `http.send({"url": "http://`+word(r)+`"}).status_code == 200`, `opa.runtime().env.`+word(r), `time.now_ns() > `+fmt.Sprint(r.Int32()), `rand.intn("`+word(r)+`", 4) > 1`)
		})},
		{"a builtin that is none", ruleRego, true, body(func(r *rand.Rand) string { return word(r) + "(input.job.spec.parallelism)" })},
		{"a field that no Job has", ruleRego, true, body(func(r *rand.Rand) string { return "input.job.spec." + word(r) + " > 3" })},
		{"a type that cannot be", ruleRego, true, body(func(r *rand.Rand) string { return `startswith(input.job.spec.parallelism, "` + word(r) + `")` })},
		{"a variable that nothing sets", ruleRego, true, body(func(r *rand.Rand) string { return "not " + word(r) + " == 3" })},
		{"recursion", ruleRego, true, func(r *rand.Rand, s set) {
			a, b := word(r), word(r)
			s.files[ruleRego] += fmt.Sprintf("\n_%[1]s if not _b%[2]s\n\n_b%[2]s if not _%[1]s\n", a, b)
		}},
		{"a description that is missing", ruleRego, true, func(r *rand.Rand, s set) {
			s.replace(ruleRego, oneOf(r, "# title: Jobs are small\n", "# description: A Job that runs many Pods at once starves others.\n",
				"#   severity: low\n", "#   since: v0.1.0\n"), "")
			s.files[ruleRego] += "# " + word(r) + "\n"
		}},
		{"another package", ruleRego, true, func(r *rand.Rand, s set) {
			s.replace(ruleRego, `package batchgate.rules["small-jobs"]`, "package "+oneOf(r, "batchgate.rules."+word(r), word(r)))
		}},
		{"a field that is no field", ruleRego, true, func(r *rand.Rand, s set) { s.replace(ruleRego, `"parallelism"], "msg"`, `"`+word(r)+`"], "msg"`) }},
		{"a key of a finding that is none", ruleRego, true, func(r *rand.Rand, s set) { s.replace(ruleRego, `"msg": msg`, `"msg": msg, "`+word(r)+`": 1`) }},
		{"a default for two fields that contradict", ruleRego, true, func(r *rand.Rand, s set) {
			s.files[ruleRego] += fmt.Sprintf("\ndefaults.job.spec.%s := %d\n", word(r), r.IntN(100))
		}},
		{"an empty file", ruleRego, false, func(r *rand.Rand, s set) { s.files[ruleRego] = strings.Repeat("\n", r.IntN(50)) }},
		{"a file of another name", ruleRego, false, func(r *rand.Rand, s set) {
			s.files["rules/small-jobs/"+word(r)+".rego"] = s.files[ruleRego]
			delete(s.files, ruleRego)
		}},
		{"a second file", "rules/small-jobs", false, func(r *rand.Rand, s set) { s.files["rules/small-jobs/"+word(r)+".rego"] = wholeLib }},
		{"a rule that is there already", "rules/backoff-limit/backoff-limit.rego", false, func(_ *rand.Rand, s set) {
			s.files["rules/backoff-limit/backoff-limit.rego"] = strings.Replace(wholeRule, "small-jobs", "backoff-limit", 1)
		}},
		{"a directory whose name is no rule's", "rules/", false, func(r *rand.Rand, s set) { s.files["rules/"+strings.ToUpper(word(r))+"/x.rego"] = wholeRule }},
		{"a library that is not Rego", libRego, true, func(r *rand.Rand, s set) { s.files[libRego] += word(r) + " := [\n" }},
		{"a library that reads the input", libRego, true, func(r *rand.Rand, s set) { s.files[libRego] += word(r) + " := input.job.spec.parallelism\n" }},
		{"a library that changes another", libRego, true, func(r *rand.Rand, s set) {
			s.files[libRego] = "package batchgate.lib\n\nrepeated(xs) := " + fmt.Sprint(r.IntN(100)) + "\n"
			s.replace(ruleRego, "import data.batchgate.lib.sizes\n", "")
		}},
		{"what the library has not got", ruleRego, true, body(func(r *rand.Rand) string { return "input.job.spec.parallelism > sizes." + word(r) })},
		{"a rule that lies beside the rules", "", false, func(r *rand.Rand, s set) {
			s.files[word(r)+".rego"] = strings.Replace(wholeRule, "small-jobs", "beside", 1)
		}},
		{"a file that is too long", ruleRego, false, func(r *rand.Rand, s set) {
			s.files[ruleRego] += strings.Repeat("# "+word(r)+"\n", config.MaxFileSize/4)
		}},
		{"no policy", policyYAML, false, func(r *rand.Rand, s set) {
			s.files[word(r)+".yaml"] = s.files[policyYAML]
			delete(s.files, policyYAML)
		}},
		{"a link that leads nowhere", policyYAML, false, func(r *rand.Rand, s set) {
			delete(s.files, policyYAML)
			s.links[policyYAML] = word(r)
		}},
		{"a link that leads to itself", "rules/small-jobs", false, func(_ *rand.Rand, s set) {
			delete(s.files, ruleRego)
			s.links[ruleRego] = "small-jobs.rego"
		}},
		{"a link that leads out", "rules/small-jobs", false, func(r *rand.Rand, s set) {
			delete(s.files, ruleRego)
			s.links[ruleRego] = oneOf(r, "/etc/passwd", "/dev/zero", "../../../"+word(r))
		}},
		{"a test that fails", testRego, true, func(r *rand.Rand, s set) {
			s.replace(testRego, `"parallelism": 4`, fmt.Sprintf(`"parallelism": %d`, r.IntN(4)))
		}},
		{"a test that does not compile", testRego, true, func(r *rand.Rand, s set) { s.files[testRego] += "\ntest_" + word(r) + " if rule." + word(r) + "(\n" }},
		{"an example that comes out otherwise", examplesTxt, false, func(r *rand.Rand, s set) {
			s.replace(examplesTxt, "spec:\n  template", fmt.Sprintf("spec:\n  parallelism: %d\n  template", 4+r.IntN(1000)))
		}},
	}
}
