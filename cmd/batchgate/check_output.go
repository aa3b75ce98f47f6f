package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"golang.org/x/term"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// outputs are the formats that were asked for, and where they go.
type outputs struct {
	*destinations

	head    report.Head
	formats []report.Format
}

// checkFormats are those of `check -o`.
func checkFormats() []string {
	return []string{"text", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"}
}

// jobSummary is where the runner of a GitHub workflow tells a step to add its
// summary.
const jobSummary = "GITHUB_STEP_SUMMARY"

// open makes the formats.
func (o checkOptions) open(streams ioStreams, set *source.Set, policy engine.Identity) (*outputs, error) {
	summary := o.env(jobSummary)
	by := taken{
		flags:     [][2]string{{"--baseline", o.baseline}, {"--context", o.context}},
		policies:  []string{o.policy},
		manifests: o.paths,
	}
	if slices.Contains(o.outputs, "github") { // which adds to the summary by itself
		by.flags = append(by.flags, [2]string{"$" + jobSummary, summary})
	}
	to, err := openDestinations(streams.Out, o.outputs, by, checkFormats()...)
	if err != nil {
		return nil, err
	}
	out := &outputs{destinations: to, head: headOf(set, policy)}
	out.head.Since, out.head.FailOn = o.since, report.FailOn(o.failOn)
	if dir, err := os.Getwd(); err == nil {
		out.head.Rooted = treeAround(dir).path
	}
	for _, at := range to.list {
		out.formats = append(out.formats, o.format(at, out.head))
		if at.format == "github" && summary != "" {
			summary, err := appendTo(summary)
			if err != nil {
				to.abandon()
				return nil, fmt.Errorf("$%s: %w", jobSummary, err)
			}
			to.files = append(to.files, summary)
			written := 0 // by what ran before in the step
			if info, err := summary.Stat(); err == nil {
				written = int(info.Size())
			}
			out.formats = append(out.formats, report.NewMarkdown(summary, out.head, report.MostMarkdown-written))
		}
	}
	return out, nil
}

// rulePages is where the pages of the bundled rules are.
const rulePages = "https://github.com/batchgate/batchgate/blob/main/policies/rules/"

// headOf is what a report says of the policy.
func headOf(set *source.Set, policy engine.Identity) report.Head {
	h := report.Head{
		Version:    ownVersion(),
		Kubernetes: kubernetes,
		Policy:     report.Policy{Name: policy.Name, Digest: policy.Digest},
	}
	for _, r := range set.Catalogue.Rules {
		one := report.Rule{Name: r.Name, Title: r.Title, Description: r.Description, Severity: r.Severity}
		if _, err := fs.Stat(policies.FS, path.Join("rules", r.Name)); err == nil {
			one.URL = rulePages + r.Name
		}
		h.Rules = append(h.Rules, one)
	}
	return h
}

func (o checkOptions) format(at destination, head report.Head) report.Format {
	switch at.format {
	case "json":
		return report.NewJSON(at.to, head)
	case "sarif":
		return report.NewSARIF(at.to, head)
	case "junit":
		return report.NewJUnit(at.to, head, o.now())
	case "github":
		return report.NewGitHub(at.to, head)
	case "gitlab":
		return report.NewGitLab(at.to, head)
	case "markdown":
		return report.NewMarkdown(at.to, head, report.MostMarkdown)
	case "html":
		return report.NewHTML(at.to, head)
	}
	return report.NewText(at.to, head, report.TextOptions{
		Colour:  !at.file && report.Colour(at.to, o.env),
		Verbose: o.verbose,
		Summary: at.file,
	})
}

// sources tells whether a format shows what is written.
func (out *outputs) sources() bool {
	return slices.ContainsFunc(out.formats, func(f report.Format) bool {
		_, shows := f.(*report.HTML)
		return shows
	})
}

// onTerminal tells whether the report itself is seen as it grows.
func (out *outputs) onTerminal(streams ioStreams) bool {
	file, ok := streams.Out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && slices.ContainsFunc(out.list, func(d destination) bool { return !d.file })
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
	if err := errors.Join(errs...); err != nil {
		out.abandon() // one of them is not whole
		return fmt.Errorf("report: %w", err)
	}
	return out.finish()
}

// summaryLine is what standard error is told in the end.
func (out *outputs) summaryLine(c *checking) string {
	line := c.summary.Line(out.head)
	switch s := c.summary; {
	case s.Objects > 0 || s.Errors > 0:
	case s.Unchanged > 0:
		line += "\nthere is no Job and no CronJob to judge in other files"
	default:
		line += "\nthere is no Job and no CronJob to judge"
	}
	return line
}
