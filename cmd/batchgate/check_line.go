package main

import (
	"context"
	"runtime"
	"sync"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// line is where documents wait to be judged, and then to be reported in the order
// in which they came. It is short, so that memory does not grow with the number of
// files.
type line struct {
	inOrder chan *inLine
	judged  chan *inLine
	judges  sync.WaitGroup
	err     error // why it ended
}

// inLine is a document on its way, or what else is there to be reported in its
// turn.
type inLine struct {
	doc    *manifest.Document // to be judged
	what   outcome
	object *report.Object
	// trouble is what kept a document from being read.
	trouble *manifest.Problem
	ready   chan struct{}
}

// outcome is what becomes of a document.
type outcome int

const (
	toReport outcome = iota
	asContext
	passedOver
)

// longestLine is for each CPU.
const longestLine = 16

// newLine has documents judged by as many goroutines as there are CPUs. Somebody
// must receive from inOrder until it is closed.
func newLine(ctx context.Context, judge func(context.Context, *manifest.Document) *report.Object) *line {
	cpus := runtime.GOMAXPROCS(0)
	l := &line{inOrder: make(chan *inLine, longestLine*cpus), judged: make(chan *inLine, longestLine*cpus)}
	for range cpus {
		l.judges.Go(func() {
			for one := range l.judged {
				if ctx.Err() == nil {
					one.object = judge(ctx, one.doc)
				}
				one.doc = nil
				close(one.ready)
			}
		})
	}
	return l
}

func (l *line) put(one *inLine) {
	one.ready = make(chan struct{})
	if one.doc == nil {
		close(one.ready)
	} else {
		l.judged <- one
	}
	l.inOrder <- one
}

// end tells that nobody puts anything in line any more.
func (l *line) end(err error) {
	l.err = err
	close(l.judged)
	close(l.inOrder)
}

// wait returns when all who judge have gone.
func (l *line) wait() { l.judges.Wait() }
