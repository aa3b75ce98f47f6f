package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// testFormat writes the whole report at once.
type testFormat interface {
	write(w io.Writer, t *tested) error
}

// testOutputs are the formats that were asked for, and where they go.
type testOutputs struct {
	formats []testFormat
	to      []io.Writer
	files   []*unfinished
}

// open makes the formats; a file that cannot be written is known before anything
// is tested.
func (o testOptions) open(streams ioStreams) (*testOutputs, error) {
	out := &testOutputs{}
	specs := o.outputs
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	onStdout := ""
	for _, spec := range specs {
		name, path, toFile := strings.Cut(spec, "=")
		if err := knownFormat(name, "text", "junit"); err != nil {
			out.abandon()
			return nil, err
		}
		var w io.Writer = streams.Out
		switch {
		case toFile:
			file, err := create(path)
			if err != nil {
				out.abandon()
				return nil, fmt.Errorf("-o %s: %w", spec, err)
			}
			out.files = append(out.files, file)
			w = file
		case onStdout != "":
			out.abandon()
			return nil, fmt.Errorf("-o %s and -o %s both go to the standard output; expected a file for one of them: -o %s=FILE", onStdout, name, name)
		default:
			onStdout = name
		}
		var format testFormat = testJUnit{}
		if name == "text" {
			format = testText{paint: report.Painter(!toFile && report.Colour(w, o.env)), summary: toFile}
		}
		out.formats = append(out.formats, format)
		out.to = append(out.to, w)
	}
	return out, nil
}

func (out *testOutputs) write(t *tested) error {
	var errs []error
	for i, format := range out.formats {
		if err := format.write(out.to[i], t); err != nil {
			errs = append(errs, fmt.Errorf("report: %w", err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		out.abandon()
		return err
	}
	for _, file := range out.files {
		errs = append(errs, file.finish())
	}
	return errors.Join(errs...)
}

// abandon leaves the files as they were before.
func (out *testOutputs) abandon() {
	for _, file := range out.files {
		file.abandon()
	}
}
