package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// testFormat writes the whole report at once.
type testFormat interface {
	write(w io.Writer, t *tested) error
}

// testOutputs are the formats that were asked for, and where they go.
type testOutputs struct {
	*destinations

	formats []testFormat // one for each destination
}

// open makes the formats.
func (o testOptions) open(streams ioStreams) (*testOutputs, error) {
	to, err := openDestinations(streams.Out, o.outputs, taken{policies: []string{o.dir}}, "text", "junit")
	if err != nil {
		return nil, err
	}
	out := &testOutputs{destinations: to}
	for _, at := range to.list {
		var format testFormat = testJUnit{}
		if at.format == "text" {
			format = testText{paint: report.Painter(!at.file && report.Colour(at.to, o.env)), summary: at.file}
		}
		out.formats = append(out.formats, format)
	}
	return out, nil
}

func (out *testOutputs) write(t *tested) error {
	var errs []error
	for i, format := range out.formats {
		if err := format.write(out.list[i].to, t); err != nil {
			errs = append(errs, fmt.Errorf("report: %w", err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		out.abandon()
		return err
	}
	return out.finish()
}
