package live

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/batchgate/batchgate/policies/engine"
)

const (
	good = "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: good}\nextends: audit\n"
	// better differs in what it does, not only in how it is written.
	better = "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: better}\nextends: strict\n"
	ownBad = `# METADATA
# title: Jobs are small
# description: A Job that runs many Pods at once starves others.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["small-jobs"]

deny contains {"field": ["job", "spec", "parallelism"], "msg": "is more than 3"} if input.job.spec.parallelism > 3
`
)

// write puts a whole file in the place of another, as editors do.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// running is a Live that runs, with its attempts.
type running struct {
	*Live
	attempts chan Attempt
}

func run(t *testing.T, spec string) running {
	t.Helper()
	attempts := make(chan Attempt, 100)
	l, err := New(Options{Spec: spec, Loaded: func(a Attempt) { attempts <- a }, Interval: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return running{Live: l, attempts: attempts}
}

func (r running) next(t *testing.T, want Result) Attempt {
	t.Helper()
	select {
	case a := <-r.attempts:
		if a.Result != want {
			t.Fatalf("%s (%v), expected %s", a.Result, a.Err, want)
		}
		return a
	case <-time.After(time.Minute):
		t.Fatalf("no attempt within a minute, expected one that is %s", want)
	}
	return Attempt{}
}

func TestAChangedSetTakesThePlaceOfTheOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "policy.yaml", good)
	r := run(t, dir)
	first := r.next(t, Loaded)
	if err := r.Ready(); err != nil || first.Identity.Name != "good" || r.Identity() != first.Identity {
		t.Fatalf("%v: %s, %s", err, first.Identity, r.Identity())
	}
	write(t, dir, "policy.yaml", better)
	if a := r.next(t, Loaded); a.Identity.Name != "better" || a.Identity.Digest == first.Identity.Digest {
		t.Errorf("got %s", a.Identity)
	}
	write(t, dir, "rules/small-jobs/small-jobs.rego", ownBad)
	if a := r.next(t, Loaded); a.Identity.Digest == first.Identity.Digest {
		t.Errorf("a rule more, and still %s", a.Identity)
	}
}

func TestASetThatFailsReplacesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "policy.yaml", good)
	r := run(t, dir)
	first := r.next(t, Loaded).Identity
	write(t, dir, "policy.yaml", good+"rules: {backof-limit: {mode: enforce}}\n")
	a := r.next(t, Failed)
	if a.Identity != first || r.Identity() != first || r.Ready() != nil {
		t.Errorf("%s, %s: expected %s to stay", a.Identity, r.Identity(), first)
	}
	if want := filepath.Join(dir, "policy.yaml") + ":5:"; a.Err == nil || !strings.Contains(a.Err.Error(), want) || !strings.Contains(a.Err.Error(), "backoff-limit") {
		t.Errorf("got %v, expected %s and the nearest name", a.Err, want)
	}
	write(t, dir, "policy.yaml", good)
	r.next(t, Unchanged)
	write(t, dir, "policy.yaml", better)
	r.next(t, Loaded)
}

func TestASetThatFailsItsOwnTestsReplacesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "policy.yaml", good)
	r := run(t, dir)
	first := r.next(t, Loaded).Identity
	next := t.TempDir()
	write(t, next, "small-jobs/small-jobs.rego", ownBad)
	write(t, next, "small-jobs/small-jobs_test.rego", `package batchgate.rules["small-jobs_test"]

import data.batchgate.rules["small-jobs"]

test_two_are_too_many if count(small_jobs.deny) == 1 with input as {"job": {"spec": {"parallelism": 2}}}
`)
	if err := os.Rename(next, filepath.Join(dir, "rules")); err != nil { // in one step, so that there is one attempt
		t.Fatal(err)
	}
	a := r.next(t, Failed)
	if r.Identity() != first || !strings.Contains(a.Err.Error(), "small-jobs_test.rego") {
		t.Errorf("%s: got %v, expected the test by its file", r.Identity(), a.Err)
	}
}

func TestNothingIsAnsweredUntilThereIsASet(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "policy")
	r := run(t, dir)
	a := r.next(t, Failed)
	if err := r.Ready(); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("ready: %v, after %v", err, a.Err)
	}
	if _, err := r.Mutate(t.Context(), engine.Request{}); !errors.Is(err, engine.ErrNotLoaded) {
		t.Errorf("mutate: %v", err)
	}
	if _, err := r.Validate(t.Context(), engine.Request{}); !errors.Is(err, engine.ErrNotLoaded) {
		t.Errorf("validate: %v", err)
	}
	if r.Identity() != (engine.Identity{}) {
		t.Errorf("identity: %s", r.Identity())
	}
	next := t.TempDir()
	write(t, next, "policy.yaml", good)
	if err := os.Rename(next, dir); err != nil {
		t.Fatal(err)
	}
	r.next(t, Loaded)
}

func TestAVolumeThatIsExchangedIsLoadedWhole(t *testing.T) {
	t.Parallel()
	mount := t.TempDir()
	version := func(name, policy string) {
		write(t, filepath.Join(mount, name), "policy.yaml", policy)
		if err := os.Symlink(name, filepath.Join(mount, "..data.new")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(mount, "..data.new"), filepath.Join(mount, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	version("..one", good)
	if err := os.Symlink("..data/policy.yaml", filepath.Join(mount, "policy.yaml")); err != nil {
		t.Fatal(err)
	}
	r := run(t, mount)
	r.next(t, Loaded)
	version("..two", better)
	if a := r.next(t, Loaded); a.Identity.Name != "better" {
		t.Errorf("got %s", a.Identity)
	}
}

func TestANameThatIsNothingIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{Spec: "recommendd"}); err == nil || !strings.Contains(err.Error(), "recommended") {
		t.Errorf("got %v, expected the nearest preset", err)
	}
	for _, spec := range []string{"", "audit", "./not-there-yet"} {
		if _, err := New(Options{Spec: spec}); err != nil {
			t.Errorf("%q: %v", spec, err)
		}
	}
}
