package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/batchgate/batchgate/policies/config"
)

// destinations are where a report goes: each -o FORMAT[=FILE] of a command.
type destinations struct {
	list  []destination
	files []*unfinished
}

type destination struct {
	format string
	to     io.Writer
	file   bool // not the standard output
}

// openDestinations reads the values of -o; without any the report is text. A
// file that cannot be written, or is taken, is known before the work begins.
func openDestinations(stdout io.Writer, specs []string, by taken, formats ...string) (*destinations, error) {
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	for _, spec := range specs {
		format, _, _ := strings.Cut(spec, "=")
		if err := knownFormat(format, formats...); err != nil {
			return nil, err
		}
	}
	if err := by.free(specs); err != nil {
		return nil, err
	}
	d := &destinations{}
	onStdout := ""
	for _, spec := range specs {
		format, path, toFile := strings.Cut(spec, "=")
		var err error
		at := destination{format: format, to: stdout, file: toFile}
		switch {
		case path == "/dev/stdout": // which may be a file, and is none whose place is taken
		case toFile:
			var file *unfinished
			if file, err = create(path); err == nil {
				d.files = append(d.files, file)
				at.to = file
			} else {
				err = fmt.Errorf("-o %s: %w", spec, err)
			}
		case onStdout != "":
			err = fmt.Errorf("-o %s and -o %s both go to the standard output; expected a file for one of them: -o %s=FILE", onStdout, format, format)
		default:
			onStdout = format
		}
		if err != nil {
			d.abandon()
			return nil, err
		}
		d.list = append(d.list, at)
	}
	return d, nil
}

func knownFormat(name string, formats ...string) error {
	for _, known := range formats {
		if name == known {
			return nil
		}
	}
	text := fmt.Sprintf("-o %q: expected a format: %s", name, strings.Join(formats, ", "))
	if near := config.Nearest(name, formats); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return errors.New(text)
}

// finish puts the files in their places.
func (d *destinations) finish() error {
	var errs []error
	for _, file := range d.files {
		errs = append(errs, file.finish())
	}
	return errors.Join(errs...)
}

// abandon leaves the files as they were before.
func (d *destinations) abandon() {
	for _, file := range d.files {
		file.abandon()
	}
}
