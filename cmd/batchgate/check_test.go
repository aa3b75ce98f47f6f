package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// silence is a terminal at which nobody types. It tells when it is read.
type silence struct{ read, never chan struct{} }

func (s silence) Read([]byte) (int, error) {
	close(s.read)
	<-s.never
	return 0, io.EOF
}

func TestWhoInterruptsNeedNotWaitForTheTerminal(t *testing.T) {
	t.Parallel()
	in := silence{read: make(chan struct{}), never: make(chan struct{})}
	defer close(in.never)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-in.read
		interrupt()
	}()
	var out, errs bytes.Buffer
	o := checkOptions{
		judging: judging{policy: "recommended", client: "apply", validation: "strict", namespace: "default", now: time.Now, env: os.Getenv},
		failOn:  "refused", paths: []string{"-"},
	}
	err := o.run(ctx, ioStreams{In: in, Out: &out, Err: &errs})
	exit, ok := errors.AsType[*exitError](err)
	if !ok || exit.code != exitInterrupted {
		t.Errorf("got %v, want exit status %d", err, exitInterrupted)
	}
	if out.Len() > 0 {
		t.Errorf("printed %q", out.String())
	}
}

// full is a disk with no space left.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAReportThatCannotBeWrittenIsNoVerdict(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var errs bytes.Buffer
		in := strings.NewReader("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {}\n")
		if status := run([]string{"check", "-o", format, "-"}, in, full{}, &errs); status != exitUnjudged {
			t.Errorf("%s: exit status %d, want %d", format, status, exitUnjudged)
		}
		if !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%s: says %q", format, errs.String())
		}
	}
}
