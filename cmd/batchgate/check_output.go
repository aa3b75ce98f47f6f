package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

// outputs are the formats that were asked for, and the files they go to.
type outputs struct {
	head    report.Head
	formats []report.Format
	files   []*unfinished
}

// open makes the formats; a file that cannot be written is known before
// anything is judged.
func (o checkOptions) open(streams ioStreams, policy engine.Identity) (*outputs, error) {
	out := &outputs{head: report.Head{
		Version:    ownVersion(),
		Kubernetes: kubernetes,
		Policy:     report.Policy{Name: policy.Name, Digest: policy.Digest},
	}}
	specs := o.outputs
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	onStdout := ""
	for _, spec := range specs {
		name, path, toFile := strings.Cut(spec, "=")
		if err := knownFormat(name, "text", "json"); err != nil {
			out.abandon()
			return nil, err
		}
		w := streams.Out
		if toFile {
			file, err := create(path)
			if err != nil {
				out.abandon()
				return nil, fmt.Errorf("-o %s: %w", spec, err)
			}
			out.files = append(out.files, file)
			w = file
		} else if onStdout != "" {
			out.abandon()
			return nil, fmt.Errorf("-o %s and -o %s both go to the standard output; expected a file for one of them: -o %s=FILE", onStdout, name, name)
		} else {
			onStdout = name
		}
		out.formats = append(out.formats, o.format(name, w, toFile, out.head))
	}
	return out, nil
}

func (o checkOptions) format(name string, w io.Writer, toFile bool, head report.Head) report.Format {
	if name == "json" {
		return report.NewJSON(w, head)
	}
	return report.NewText(w, head, report.TextOptions{
		Colour:  !toFile && report.Colour(w, o.env),
		Verbose: o.verbose,
		Summary: toFile,
	})
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
	for _, file := range out.files {
		errs = append(errs, file.finish())
	}
	return errors.Join(errs...)
}

// abandon leaves the files as they were before.
func (out *outputs) abandon() {
	for _, file := range out.files {
		file.abandon()
	}
}

// summaryLine is what standard error is told in the end.
func (out *outputs) summaryLine(c *checking) string {
	line := c.summary.Line(out.head)
	if c.summary.Objects == 0 && c.summary.Errors == 0 {
		line += "\nthere is no Job and no CronJob to judge"
	}
	return line
}
