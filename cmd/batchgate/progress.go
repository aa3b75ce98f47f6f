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

	file  string // that is being judged
	files int    // that are done
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

// reached notes the file of what was judged last.
func (p *progress) reached(file string) {
	if p != nil && p.file != file {
		p.file = file
		p.files++
	}
}

// show says how far the run is, now and then.
func (p *progress) show(s report.Summary) {
	if p == nil {
		return
	}
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(progressEvery)
	p.shown = true
	fmt.Fprintf(p.to, "\r\x1b[K%s, %s, %d refused, %d with warnings", plural(p.files, "file"), plural(s.Objects, "object"), s.Refused, s.Warned)
}

// clear takes the line away again.
func (p *progress) clear() {
	if p != nil && p.shown {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
