package regotest_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
)

// locked is a directory of which a file cannot be read.
type locked struct {
	fstest.MapFS
	name string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func (l locked) ReadFile(name string) ([]byte, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadFile(name)
}

func TestWhatCannotBeReadIsNotTakenForMissing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{ruleExamples, ruleTests} {
		outcomes, err := suite(locked{good(t), name}).Run(t.Context())
		want := "dir/" + name + ": " + fs.ErrPermission.Error()
		if err == nil || err.Error() != want || outcomes != nil {
			t.Errorf("got %d outcomes and the error %v; want %s", len(outcomes), err, want)
		}
	}
}

func TestExpectationsAreWritten(t *testing.T) {
	t.Parallel()
	files := broken(t, ruleExamples, "-- filled-a-lone-pod/findings.txt --\n-- filled-a-lone-pod/changes.txt --\nspec.ttlSecondsAfterFinished: 60\n", "")
	files[ruleExamples].Data = []byte(strings.Replace(string(files[ruleExamples].Data), "nobody can be asked", "who knows", 1))
	s := suite(files)
	s.Write = func(path string, text []byte) error {
		files[path] = &fstest.MapFile{Data: text}
		return nil
	}
	if found := problems(t, s); len(found) > 0 {
		t.Errorf("while writing: %v", found)
	}
	want := string(good(t)[ruleExamples].Data)
	want = strings.Replace(want, "-- filled-a-lone-pod/findings.txt --\n", "", 1) // an absent file says nothing, and nothing is what is found
	if diff := cmp.Diff(want, string(files[ruleExamples].Data)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if found := problems(t, suite(files)); len(found) > 0 {
		t.Errorf("afterwards: %v", found)
	}
}

func TestARuleOfOnesOwnStandsOnTheBundledOnes(t *testing.T) {
	t.Parallel()
	files := broken(t, libFile, "", "package batchgate.lib\n\n_unused := 1\n")
	delete(files, libFile)
	delete(files, libTests)
	files[ruleFile].Data = []byte(strings.Replace(string(files[ruleFile].Data),
		"not lib.named({name | input.job.metadata.labels[name]}, input.params.label)",
		"not input.job.metadata.labels[input.params.label]\n\tlib.given(\"requests\", \"cpu\", [{\"type\": \"Container\", \"defaultRequest\": {\"cpu\": 1}}]) == 1", 1))
	s := suite(files)
	s.Below = []catalogue.Layer{{Name: "bundled", FS: policies.FS}}
	outcomes, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range outcomes {
		names = append(names, o.Name)
		if len(o.Problems) > 0 {
			t.Errorf("%s: %s", o.Name, strings.Join(o.Problems, "\n"))
		}
	}
	want := []string{
		"load", "team-label/complete", "team-label/coverage",
		"team-label/examples/accepted-a-job-of-a-team", "team-label/examples/filled-a-lone-pod", "team-label/examples/refused-a-job-without-a-team",
		"team-label/style",
		"team-label/test_allows_a_job_of_a_team", "team-label/test_denies_a_job_without_a_team", "team-label/test_sets_a_short_ttl_for_a_lone_pod",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
