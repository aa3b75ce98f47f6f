package engine_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/batchgate/batchgate/policies/engine"
)

// TestRulesThatAreNotAskedWouldSayNothing compares an engine that leaves out the
// rules that cannot have anything to say with one that asks all.
func TestRulesThatAreNotAskedWouldSayNothing(t *testing.T) {
	t.Parallel()
	some, all := load(t, "strict"), load(t, "strict")
	all.AskAlways()
	ctx := t.Context()
	same := func(t rapid.TB, req engine.Request) {
		t.Helper()
		want, wantErr := all.Validate(ctx, req)
		got, gotErr := some.Validate(ctx, req)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(engine.Verdict{}, engine.Finding{})); diff != "" || (wantErr == nil) != (gotErr == nil) {
			t.Errorf("findings (-all asked +some asked):\n%s%v, %v\n%s", diff, wantErr, gotErr, req.Object)
		}
		filled, _ := all.Mutate(ctx, req)
		guarded, _ := some.Mutate(ctx, req)
		if diff := cmp.Diff(filled.Patch, guarded.Patch); diff != "" {
			t.Errorf("patch (-all asked +some asked):\n%s\n%s", diff, req.Object)
		}
	}
	archives, err := filepath.Glob("../rules/*/examples.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, "/object.yaml") {
				same(t, create(t, "apply", string(f.Data)))
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) { same(rt, create(t, "create", anyManifest(rt))) })
}

func TestWhatIsNotThereSilencesARule(t *testing.T) {
	t.Parallel()
	for sentence, test := range map[string]struct {
		body    string
		guarded bool
	}{
		"a place that is compared":               {`input.cronjob.spec.suspend == true`, true},
		"a place that gets a name":               {"limit := input.job.spec.backoffLimitPerIndex\n\tlimit > 3", true},
		"a place in any container":               {"some c in input.containers\n\tc.lifecycle.preStop.exec", true},
		"a place that a private rule needs":      {`_per_index > 3`, true},
		"a place that may be missing":            {`not input.cronjob`, false},
		"a value that must not be false":         {`input.job.spec.suspend`, true},
		"a value compared with a named constant": {"most := 500\n\tinput.job.spec.parallelism > most", true},
		"a member of an empty constant":          {"some x in []\n\tx == input.job.metadata.name", true},
		"a private set, which may be empty":      {`count(_names) < 1`, false},
		"a value that is compared":               {"limit := input.job.spec.backoffLimit\n\tlimit > 3", true},
		"a value that is not to be":              {`not input.job.spec.parallelism == 1`, false},
		"a member of a private set":              {`some name in _names; name == "x"`, true},
		"a default, which always has a value":    {`_usually == 5`, false},
		"a place that is read in a collection":   {`count({x | x := input.job.spec.managedBy}) == 0`, false},
		"either of two definitions":              {`_either`, true},
		"a function of a place":                  {`_twice(input.job.spec.maxFailedIndexes) > 2`, true},
	} {
		e := policy(t, "extends: audit\n", map[string]string{"own": `# METADATA
# title: t
# description: d
# related_resources:
#   - ref: https://example.com
# custom: {severity: low, since: v0.1.0}
package batchgate.rules["own"]

deny contains {"field": ["job", "spec", "suspend"], "msg": "m"} if {
	` + test.body + `
}

_per_index := input.job.spec.backoffLimitPerIndex

_names contains c.name if { some c in input.containers; c.lifecycle }

default _usually := 5
_usually := input.job.spec.completions

_either if input.job.spec.managedBy
_either if input.job.spec.successPolicy

_twice(n) := 2 * n
`})
		own, all := e.GuardOf("own")
		if own != test.guarded || all != 1 {
			t.Errorf("%s: left out %v of %d; expected %v", sentence, own, all, test.guarded)
		}
	}
}

// TestOwnRulesThatAreNotAskedWouldSayNothing does the same with rules whose
// definitions are hard to follow.
func TestOwnRulesThatAreNotAskedWouldSayNothing(t *testing.T) {
	t.Parallel()
	manifests := []string{
		silentJob, silentCronJob, runaway,
		strings.Replace(silentJob, "{name: report}", "{name: report, labels: {cpu: x, a: z}}", 1),
		strings.Replace(silentJob, "spec:\n", "spec:\n  parallelism: 3\n", 1),
		strings.Replace(runaway, "      containers:\n", "      containers:\n        - {name: other, image: b, lifecycle: {preStop: {exec: {command: [x]}}}}\n", 1),
	}
	for sentence, body := range map[string]string{
		"a fixed key beside one that is worked out": `some k; _limits[k] == 1
}

_limits.cpu := 1 if input.job.spec.parallelism == 3
_limits[name] := 2 if {
	some name, _ in input.job.metadata.labels
	name != "cpu"`,
		"a key below a fixed one beside one that is worked out": `_p.a.b == 1
}

_p.a := {"b": 1} if input.job.spec.parallelism == 3
_p[x] := {"c": 2} if {
	some x, _ in input.job.metadata.labels
	x != "a"`,
		"a fixed key below one that is worked out": `some k; _p[k].b == 1
}

_p[k].b := 1 if some k, _ in input.job.metadata.labels
_p.always.b := 1 if {
	input.job.spec.parallelism == 3`,
		"what one container lacks and another has": `some c in input.containers
	not c.lifecycle`,
		"a set that is empty": `count(_names) == 0
}

_names contains c.name if { some c in input.containers; c.lifecycle`,
		"a definition with else": `_kind == "none"
}

_kind := "work" if input.job.spec.completions
else := "none" if {
	input.job.spec`,
		"one definition that needs another": `_a
}

_a if { _b; input.job.spec }

_b if {
	input.job.spec.template`,
	} {
		rules := map[string]string{"own": rule("own", "deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"m\"} if {\n\t"+body+"\n}")}
		some, all := policy(t, "extends: audit\n"+only(t), rules), policy(t, "extends: audit\n"+only(t), rules)
		all.AskAlways()
		spoke := 0
		for _, manifest := range manifests {
			req := create(t, "apply", manifest)
			want, got := lines(validate(t, all, req)), lines(validate(t, some, req))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-all asked +some asked): %s\n%s", sentence, diff, manifest)
			}
			spoke += len(want)
		}
		if spoke == 0 {
			t.Errorf("%s: the rule never speaks", sentence)
		}
	}
}

// TestAGuardThatDoublesWithEveryLevelIsGivenUp would otherwise take minutes.
func TestAGuardThatDoublesWithEveryLevelIsGivenUp(t *testing.T) {
	t.Parallel()
	var rego strings.Builder
	rego.WriteString("deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"m\"} if _a_40\n\n_a_0 if input.job.spec\n\n_b_0 if input.job.spec\n")
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&rego, "\n_a_%d if {\n\t_a_%d\n\t_b_%d\n}\n\n_b_%d if {\n\t_a_%d\n\t_b_%d\n}\n", i, i-1, i-1, i, i-1, i-1)
	}
	e := policy(t, "extends: audit\n"+only(t), map[string]string{"own": rule("own", rego.String())})
	if v := validate(t, e, create(t, "apply", silentJob)); len(v.Findings) != 1 {
		t.Errorf("%v", lines(v))
	}
}
