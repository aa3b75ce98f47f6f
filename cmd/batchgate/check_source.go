package main

import (
	"fmt"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
)

// longestSource is how many lines of a document a report shows; of a longer one, those
// around what was found and changed.
const (
	longestSource = 500
	around        = 10
)

// sourceOf is a document as it is written, with what would be filled in where that
// can be shown in place.
func sourceOf(doc *manifest.Document, changes []engine.Change, o *report.Object) []report.SourceLine {
	before, at := doc.Text()
	after := before
	var sets []manifest.Set
	for _, c := range changes {
		sets = append(sets, manifest.Set{Field: c.Field, Value: c.To})
	}
	if len(sets) > 0 {
		if edits, _, err := doc.Set(sets); err == nil {
			for i := range edits {
				edits[i].Line -= at
			}
			if edited, err := manifest.Apply([]byte(before), edits); err == nil {
				after = string(edited)
			}
		}
	}
	return excerpt(marked(before, after, at), linesOf(o))
}

// linesOf are the lines to which a report of an object points.
func linesOf(o *report.Object) map[int]bool {
	lines := map[int]bool{}
	for _, of := range []*report.Object{o, o.Child} {
		if of == nil {
			continue
		}
		for _, f := range of.Findings {
			lines[f.Line] = true
		}
	}
	return lines
}

// marked are the lines of two texts, in which those of the first have numbers.
func marked(before, after string, at int) (lines []report.SourceLine) {
	diff, err := udiff.ToUnifiedDiff("", "", before, udiff.Strings(before, after), len(before)) // all of it as context
	if err != nil || len(diff.Hunks) == 0 {
		for i, text := range strings.Split(strings.TrimSuffix(before, "\n"), "\n") {
			lines = append(lines, report.SourceLine{Number: at + i + 1, Mark: ' ', Text: text})
		}
		return lines
	}
	number := at
	for _, hunk := range diff.Hunks {
		for _, l := range hunk.Lines {
			one := report.SourceLine{Mark: ' ', Text: strings.TrimSuffix(l.Content, "\n")}
			switch l.Kind {
			case udiff.Insert:
				one.Mark = '+'
			case udiff.Delete:
				one.Mark = '-'
				number++
				one.Number = number
			case udiff.Equal:
				number++
				one.Number = number
			}
			lines = append(lines, one)
		}
	}
	return lines
}

// excerpt is what is shown of lines: all, or those near a mark or a line of interest.
func excerpt(lines []report.SourceLine, interest map[int]bool) []report.SourceLine {
	if len(lines) <= longestSource {
		return lines
	}
	near := make([]bool, len(lines))
	for i, l := range lines {
		if l.Mark == ' ' && !interest[l.Number] {
			continue
		}
		for j := max(0, i-around); j <= min(len(lines)-1, i+around); j++ {
			near[j] = true
		}
	}
	var shown []report.SourceLine
	left := 0
	skip := func() {
		if left > 0 {
			shown = append(shown, report.SourceLine{Mark: ' ', Text: fmt.Sprintf("… %s not shown", are(left, "line"))})
		}
		left = 0
	}
	for i, l := range lines {
		if !near[i] || len(shown) >= longestSource {
			left++
			continue
		}
		skip()
		shown = append(shown, l)
	}
	skip()
	return shown
}

func are(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return fmt.Sprintf("%d %ss are", n, what)
}
