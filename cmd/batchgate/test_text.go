package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/regotest"
)

// testText is the report as people read it: a line for each rule, then what does
// not hold.
type testText struct {
	paint   report.Painter
	summary bool // ends with the summary, where that is not shown beside it
}

func (f testText) write(w io.Writer, t *tested) error {
	var b bytes.Buffer
	if t.broken != nil {
		if !f.summary { // it is told on the standard error
			return nil
		}
		f.problem(&b, t.broken.Error())
	}
	groups := t.groups()
	f.table(&b, groups)
	for _, g := range groups {
		for _, o := range regotest.Failed(g.outcomes) {
			fmt.Fprintf(&b, "\n%s\n", f.paint.Strong(report.Escape(o.Name)))
			for _, problem := range o.Problems {
				f.problem(&b, problem)
			}
		}
	}
	if f.summary && t.broken == nil {
		fmt.Fprintf(&b, "\n%s\n", t.summary())
	}
	_, err := w.Write(b.Bytes())
	return err
}

// table has a line for each rule. A column is as wide as its widest cell.
func (f testText) table(b *bytes.Buffer, groups []testGroup) {
	rows := [][]string{{"", "rule", "tests", "examples", "coverage"}}
	for _, g := range groups {
		if g.name == "" {
			continue
		}
		status := "ok"
		if g.failed() {
			status = "FAIL"
		}
		rows = append(rows, []string{status, report.Escape(g.name), g.tests.short(), g.examples.short(), percent(g.reached, g.lines)})
	}
	if len(rows) == 1 {
		return
	}
	for i, row := range aligned(rows) {
		switch status := row[:4]; {
		case i == 0:
			row = f.paint.Faint(row)
		case status == "FAIL":
			row = f.paint.Bad(status) + row[4:]
		default:
			row = f.paint.Good(status) + row[4:]
		}
		fmt.Fprintln(b, row)
	}
}

// short is "4", or "3 of 4".
func (c tally) short() string {
	switch {
	case c.all == 0:
		return "-"
	case c.failed > 0:
		return fmt.Sprintf("%d of %d", c.all-c.failed, c.all)
	}
	return fmt.Sprint(c.all)
}

// problem shows one, what is expected and what happens below it.
func (f testText) problem(b *bytes.Buffer, text string) {
	for i, line := range strings.Split(text, "\n") {
		detail, indented := strings.CutPrefix(line, "\t")
		detail = report.Escape(strings.ReplaceAll(detail, "\t", "    "))
		switch {
		case !indented && i == 0:
			fmt.Fprintln(b, detail)
			continue
		case strings.HasPrefix(detail, "- "):
			detail = f.paint.Bad(detail)
		case strings.HasPrefix(detail, "+ "):
			detail = f.paint.Good(detail)
		}
		fmt.Fprintln(b, "    "+detail)
	}
}

// aligned are the rows with their columns one below the other.
func aligned(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		for j, cell := range row {
			b.WriteString(cell)
			if j < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell)+2))
			}
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}
