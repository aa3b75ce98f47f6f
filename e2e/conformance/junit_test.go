package conformance

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheReportOfTheSuiteIsRead(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/junit.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := readReport(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []Result{
		{
			Case:    "[sig-apps] Job should delete a job [Conformance]",
			Outcome: "failed",
			Failure: "[FAILED] failed to create job in namespace: job-1: " +
				"admission webhook \"validate.batchgate.dev\" denied the request\n" +
				"In [It] at: k8s.io/kubernetes/test/e2e/apps/job.go:1051",
			Took: 12500 * time.Millisecond,
		},
		{
			Case:    "[sig-apps] Job should run a job to completion when tasks succeed",
			Outcome: Passed,
			Took:    8 * time.Second,
		},
		{
			Case:    "[sig-apps] Job on windows",
			Outcome: Skipped,
			Failure: "skipped - Only supported for node OS distro [windows] (not debian)",
			Took:    500 * time.Millisecond,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-expected +got):\n%s", diff)
	}
}

func TestWhatIsNoReportIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := readReport(strings.NewReader("<testsuites><testsuite>")); err == nil {
		t.Error("no error, expected one")
	}
}

func TestTheShortNameLeavesOutGroupAndLabels(t *testing.T) {
	t.Parallel()
	for full, want := range map[string]string{
		"[sig-apps] Job should delete a job [Conformance]":        "Job should delete a job",
		"[sig-apps] CronJob should support timezone":              "CronJob should support timezone",
		"[sig-apps] CronJob should not schedule jobs [Slow] [X]":  "CronJob should not schedule jobs",
		"[sig-apps] Job with [brackets] and more [FeatureGate:X]": "Job with",
	} {
		if got := short(full); got != want {
			t.Errorf("%q: %q, expected %q", full, got, want)
		}
	}
}
