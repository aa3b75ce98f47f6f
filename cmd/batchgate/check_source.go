package main

import (
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
)

// longestSource bounds what a report shows of a document.
const longestSource = 500

// sourceOf is a document as it is written, with what would be filled in where that
// can be shown in place.
func sourceOf(doc *manifest.Document, changes []engine.Change) (lines []report.SourceLine) {
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
	return marked(before, after, at)
}

// marked are the lines of two texts, in which those of the first have numbers.
func marked(before, after string, at int) (lines []report.SourceLine) {
	diff, err := udiff.ToUnifiedDiff("", "", before, udiff.Strings(before, after), len(before)) // all of it as context
	if err != nil || len(diff.Hunks) == 0 {
		for i, text := range strings.Split(strings.TrimSuffix(before, "\n"), "\n") {
			lines = append(lines, report.SourceLine{Number: at + i + 1, Mark: ' ', Text: text})
		}
		return lines[:min(len(lines), longestSource)]
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
	return lines[:min(len(lines), longestSource)]
}
