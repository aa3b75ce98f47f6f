package main

import (
	"fmt"
	"io"
	"regexp"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// others are the files and documents that are no Jobs and cannot be read, and what
// becomes of them.
type others struct {
	passOver bool // --ignore-others

	passed    int // over
	templates int // of these
	kept      int // that --ignore-others would have passed over
	links     []string
	moreLinks int
}

// mostLinksTold bounds what is told of links.
const mostLinksTold = 10

// takes tells whether a problem is none of those that end with exit status 2.
func (o *others) takes(p *manifest.Problem) bool {
	switch {
	case p.Link && len(o.links) == mostLinksTold:
		o.moreLinks++
		return true
	case p.Link:
		o.links = append(o.links, p.Error())
		return true
	case !p.Other && !p.Template:
		return false
	case !o.passOver:
		o.kept++
		return false
	}
	o.passed++
	if p.Template {
		o.templates++
	}
	return true
}

// String is what a summary says, empty where there is nothing to say.
func (o *others) String() string {
	if o.passed == 0 {
		return ""
	}
	return plural(o.passed, "other") + " passed over"
}

// explain says below the summary what can be done.
func (o *others) explain(to io.Writer) {
	if o.templates > 0 {
		fmt.Fprintf(to, "%s among them; to judge what Helm makes of them: helm template CHART | batchgate check -\n", plural(o.templates, "Helm template"))
	}
	if o.kept > 0 {
		fmt.Fprintf(to, "%s in what can be no Job or CronJob, or is a Helm template; --ignore-others passes over that\n", plural(o.kept, "error"))
	}
	for _, link := range o.links {
		fmt.Fprintln(to, report.Escape(link))
	}
	if o.moreLinks > 0 {
		fmt.Fprintf(to, "and %s more\n", plural(o.moreLinks, "link"))
	}
}

// matters tells a text that may be meant to be a Job or a CronJob, or to be the context of
// one. It is asked about what cannot be read, so that it looks for what resembles a
// type: one whose kind hides behind an escape, an alias or a template matters too.
func matters(text []byte) bool { return resembling().Match(text) }

func resembling() *regexp.Regexp {
	const (
		kinds  = `job|namespace|limitrange|resourcequota`
		hidden = `\\|\*|\{\{`
		breaks = `(?:\s|#[^\n]*\n|[>|][-+0-9]*)*` // between a key and its value
	)
	return regexp.MustCompile(`(?i)kind["']?\s*:` + breaks + `[^,}\n]*(?:` + kinds + `|` + hidden + `)` +
		`|apiversion["']?\s*:?` + breaks + `["']?batch\b` +
		`|(?m:^)[\s-]*kind\s+["']?(?:cron)?job`)
}
