package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

func TestProgressIsShownWhenARunIsLongAndTakenAway(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{to: &out, next: now.Add(progressAfter), now: func() time.Time { return now }}
	for _, file := range []string{"a.yaml", "a.yaml", "b.yaml"} {
		p.reached(file)
		p.show(report.Summary{Objects: 1})
	}
	if out.Len() > 0 {
		t.Errorf("a short run shows %q", out.String())
	}
	now = now.Add(progressAfter)
	p.show(report.Summary{Objects: 3, Refused: 1, Warned: 2})
	p.show(report.Summary{Objects: 4}) // too soon
	p.clear()
	if diff := cmp.Diff("\r\x1b[K2 files, 3 objects, 1 refused, 2 with warnings\r\x1b[K", out.String()); diff != "" {
		t.Errorf("(-want +shown)\n%s", diff)
	}
}

func TestNobodyIsShownProgressInAPipe(t *testing.T) {
	t.Parallel()
	p := newProgress(ioStreams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}, false, time.Now)
	if p != nil {
		t.Error("progress goes to a pipe")
	}
	p.reached("a") // nothing to do
	p.show(report.Summary{})
	p.clear()
}
