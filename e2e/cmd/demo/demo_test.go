package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func TestTheDemoGoesAsItShouldAndLeavesNothing(t *testing.T) {
	kept, err := newKept(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := demo(t.Context(), newPaper(&out), os.Stderr, kept, false, false); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"$ kubectl apply -f manifests/examples/guide-job.yaml",
		"job.batch/hello-job created",
		"+   ttlSecondsAfterFinished: 86400",
		"job.batch/hello-job unchanged",
		"everything that was started is stopped",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not show %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("the demo is coloured, expected plain text where it is not on a terminal")
	}
}

func TestAKeptDemoRunsUntilItIsStopped(t *testing.T) {
	kept, err := newKept(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := demo(t.Context(), newPaper(&out), os.Stderr, kept, true, false); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if want := "export KUBECONFIG=" + kept.cluster(); !strings.Contains(out.String(), want) {
		t.Errorf("the demo does not show %q:\n%s", want, out.String())
	}
	pids, err := kept.pids()
	if err != nil || len(pids) != 4 {
		t.Errorf("pids %v, %v; expected those of three programs and the gate", pids, err)
	}
	for _, pid := range pids {
		if !kept.ours(t.Context(), pid) {
			t.Errorf("process %d does not run", pid)
		}
	}
	if err := demo(t.Context(), newPaper(&out), os.Stderr, kept, false, true); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if kept.ours(t.Context(), pid) {
			t.Errorf("process %d still runs after the demo was stopped", pid)
		}
	}
	if _, err := os.Stat(kept.record()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there after the demo was stopped: %v", kept.record(), err)
	}
}
