package conformance

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"text/template"
)

//go:embed RESULTS.md.tmpl
var page string

// WriteTable writes the report as a page.
func (r Report) WriteTable(out io.Writer) error {
	table, err := template.New("RESULTS.md").Funcs(template.FuncMap{"short": short, "cell": cell}).Parse(page)
	if err != nil {
		return err
	}
	return table.Execute(out, r)
}

// Count says how many cases there are and what became of them.
func (r Report) Count() string {
	var passed, refused, unfit, problems int
	for _, row := range r.Rows {
		switch {
		case row.Problem != "":
			problems++
		case row.Without.Outcome == Passed && row.Same():
			passed++
		case row.Same():
			unfit++
		default:
			refused++
		}
	}
	return fmt.Sprintf("%d cases: %d pass without the gate and with it, %d differ because a rule is meant to refuse their "+
		"Jobs, %d do not run on these nodes, %d are unexplained.", len(r.Rows), passed, refused, unfit, problems)
}

// Problems are the rows that nobody has explained and the explanations that nothing needs, as lines of text.
func (r Report) Problems() []string {
	var lines []string
	for _, row := range r.Rows {
		if row.Problem != "" {
			lines = append(lines, fmt.Sprintf("%s\n  without: %s, with: %s\n  %s",
				row.Without.Case, row.Without.Outcome, row.With.Outcome, row.Problem))
		}
	}
	for _, name := range r.Unused {
		lines = append(lines, fmt.Sprintf("%s\n  is explained, but there is no such case", name))
	}
	return lines
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
