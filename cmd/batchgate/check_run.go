package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// checking is one run over all documents.
type checking struct {
	judge   *dryrun.Judge
	out     *outputs
	context *surroundings // what was gathered before, as it is read again
	others  others
	summary report.Summary

	unchanged int // files that were passed over, counted by whoever reads

	progress *progress // nil: nobody looks
	baseline *baseline // nil: everything counts
}

// all judges every document, several at once, and reports them in their order. What
// is wrong with a document is reported; the error is that of the report.
func (c *checking) all(ctx context.Context, r manifest.Reader, paths []string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	line, err := newLine(ctx, c.object), error(nil)
	go func() { line.end(c.line(ctx, r, paths, line)) }()
	for one := range line.inOrder {
		<-one.ready
		if ctx.Err() != nil || err != nil {
			continue // until those who read and judge have ended
		}
		switch one.what {
		case asContext:
			c.summary.Context++
		case passedOver:
			c.summary.Skipped++
		case toReport:
			if one.trouble != nil && c.others.takes(one.trouble) {
				c.summary.Others = c.others.passed
				continue
			}
			c.progress.reached(one.object.File)
			one.object.Identify()
			c.baseline.mark(one.object)
			c.summary.Add(one.object)
			if err = c.out.object(one.object); err != nil {
				stop()
			}
		}
		c.progress.show(c.summary)
	}
	if line.wait(); err != nil {
		return err
	}
	if line.err != nil {
		return line.err
	}
	return ctx.Err()
}

// line reads documents and puts them in line. The error is one after which nothing
// can be read.
func (c *checking) line(ctx context.Context, r manifest.Reader, paths []string, line *line) error {
	for doc, err := range r.All(ctx, paths) {
		var problem *manifest.Problem
		switch {
		case errors.As(err, &problem):
			line.put(&inLine{object: unread(problem), trouble: problem})
		case err != nil:
			return err
		case isContext(doc):
			err, gathered := c.context.taken[positionOf(doc)]
			if !gathered { // the file is another one since, or hides the kind in an escape
				err = c.context.take(doc)
			}
			if err == nil {
				line.put(&inLine{what: asContext})
				continue
			}
			line.put(&inLine{object: wrongContext(doc, err)})
		case !batchWork(doc):
			line.put(&inLine{what: passedOver})
		default:
			line.put(&inLine{doc: doc})
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// batchWork tells whether a document is meant to be a Job or a CronJob of
// Kubernetes, whether or not it is served.
func batchWork(doc *manifest.Document) bool {
	group, _, versioned := strings.Cut(strings.ToLower(doc.APIVersion), "/") // one in capitals is meant, and refused
	if !versioned && group != "batch" {
		group = ""
	}
	kind := strings.ToLower(doc.Kind)
	return group == "batch" || (group == "" || group == "extensions") && (kind == "job" || kind == "cronjob" || kind == "scheduledjob")
}

func (c *checking) object(ctx context.Context, doc *manifest.Document) *report.Object {
	result, err := c.judge.Create(ctx, doc.JSON)
	if err != nil {
		return failed(doc, err)
	}
	o := judged(doc, result)
	if c.out.sources() && result.Malformed == nil {
		o.Source = sourceOf(doc, result.Mutation.Changes, o)
	}
	return o
}

// failed is a document that was read and to which there is no answer.
func failed(doc *manifest.Document, err error) *report.Object {
	o := headed(doc)
	o.Verdict = report.Failed
	o.Error = &report.Error{Line: doc.Place.Line, Column: doc.Place.Column, Message: err.Error()}
	return o
}

// wrongContext is a document that no cluster has like this. It tells nothing.
func wrongContext(doc *manifest.Document, err error) *report.Object {
	o := failed(doc, err)
	text := err.Error()
	var wrong *apiserver.SurroundingsError
	if errors.As(err, &wrong) {
		path := wrong.Field
		if found := wrongType().FindStringSubmatch(text); found != nil {
			path, text = found[2], fmt.Sprintf("%s: is a %s, expected %s", found[2], found[1], found[3])
		} else if near := nearestField(doc.Kind, path); wrong.Unknown && near != "" {
			text += fmt.Sprintf(", did you mean %s?", near)
		}
		at := doc.Locate(path)
		o.Error.Line, o.Error.Column = at.Line, at.Column
	}
	o.Error.Message = fmt.Sprintf("is no %s: %s", doc.Kind, text)
	return o
}

// unread is a document, or a file, that could not be read.
func unread(p *manifest.Problem) *report.Object {
	return &report.Object{
		File: p.File, Line: p.Place.Line, Document: max(p.Document, 0), Verdict: report.Failed,
		Error: &report.Error{Line: p.Place.Line, Column: p.Place.Column, Message: p.Message},
	}
}
