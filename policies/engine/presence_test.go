package engine_test

import (
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
		"a place that is compared":             {`input.cronjob.spec.suspend == true`, true},
		"a place that gets a name":             {"limit := input.job.spec.backoffLimitPerIndex\n\tlimit > 3", true},
		"a place in any container":             {"some c in input.containers\n\tc.lifecycle.preStop.exec", true},
		"a place that a private rule needs":    {`_per_index > 3`, true},
		"a place that may be missing":          {`not input.cronjob`, false},
		"a private set, which may be empty":    {`count(_names) < 1`, false},
		"a value that is compared":             {"limit := input.job.spec.backoffLimit\n\tlimit > 3", true},
		"a value that is not to be":            {`not input.job.spec.parallelism == 1`, false},
		"a member of a private set":            {`some name in _names; name == "x"`, true},
		"a default, which always has a value":  {`_usually == 5`, false},
		"a place that is read in a collection": {`count({x | x := input.job.spec.managedBy}) == 0`, false},
		"either of two definitions":            {`_either`, true},
		"a function of a place":                {`_twice(input.job.spec.maxFailedIndexes) > 2`, true},
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
