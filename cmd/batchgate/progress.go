package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

const (
	// progressAfter is how long a run takes before anybody wonders.
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
)

// progress is a line on a terminal that says how far a long run is.
type progress struct {
	to    io.Writer
	next  time.Time
	shown bool
	now   func() time.Time
}

// newProgress is nil where nobody looks: where standard error is no terminal, or the
// report goes to the terminal itself.
func newProgress(streams ioStreams, reportOnTerminal bool, now func() time.Time) *progress {
	file, ok := streams.Err.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || reportOnTerminal {
		return nil
	}
	return &progress{to: file, next: now().Add(progressAfter), now: now}
}

// show says how far the run is, now and then.
func (p *progress) show(s report.Summary) {
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(progressEvery)
	p.shown = true
	fmt.Fprintf(p.to, "\r\x1b[K%d objects, %d refused, %d with warnings", s.Objects, s.Refused, s.Warned)
}

// clear takes the line away again.
func (p *progress) clear() {
	if p != nil && p.shown {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
