package main

import (
	"errors"
	"fmt"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
)

// outputs are the formats that were asked for, and where they go.
type outputs struct {
	*destinations

	head    report.Head
	formats []report.Format
}

// open makes the formats.
func (o checkOptions) open(streams ioStreams, policy engine.Identity) (*outputs, error) {
	to, err := openDestinations(streams.Out, o.outputs, "text", "json")
	if err != nil {
		return nil, err
	}
	out := &outputs{destinations: to, head: report.Head{
		Version:    ownVersion(),
		Kubernetes: kubernetes,
		Policy:     report.Policy{Name: policy.Name, Digest: policy.Digest},
	}}
	for _, at := range to.list {
		out.formats = append(out.formats, o.format(at, out.head))
	}
	return out, nil
}

func (o checkOptions) format(at destination, head report.Head) report.Format {
	if at.format == "json" {
		return report.NewJSON(at.to, head)
	}
	return report.NewText(at.to, head, report.TextOptions{
		Colour:  !at.file && report.Colour(at.to, o.env),
		Verbose: o.verbose,
		Summary: at.file,
	})
}

func (out *outputs) object(o *report.Object) error {
	for _, format := range out.formats {
		if err := format.Object(o); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}

func (out *outputs) close(s report.Summary) error {
	var errs []error
	for _, format := range out.formats {
		errs = append(errs, format.Close(s))
	}
	return errors.Join(append(errs, out.finish())...)
}

// summaryLine is what standard error is told in the end.
func (out *outputs) summaryLine(c *checking) string {
	line := c.summary.Line(out.head)
	if c.summary.Objects == 0 && c.summary.Errors == 0 {
		line += "\nthere is no Job and no CronJob to judge"
	}
	return line
}
