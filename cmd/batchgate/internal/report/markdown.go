package report

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// mostRows bounds a table, which pull requests and job summaries cut at a megabyte.
const mostRows = 500

// Markdown is the report for a comment on a pull request or the summary of a job:
// what is refused and warned of, in a table, and what is filled in, folded.
type Markdown struct {
	out    io.Writer
	head   Head
	rows   [2][]string // refusals and warnings
	more   [2]int
	filled []string
	lost   int // of filled
}

// NewMarkdown writes to out.
func NewMarkdown(out io.Writer, h Head) *Markdown { return &Markdown{out: out, head: h} }

// Object takes one object. Its rows are kept until all are known.
func (m *Markdown) Object(o *Object) error {
	if o.Error != nil {
		m.row(0, o.place(o.Error.Line, 0), "", clip(o.Error.Message, longestSentence), ruleUnreadable)
		return nil
	}
	o.each(func(of *Object, prefix string, f Finding) {
		if f.Known {
			return
		}
		switch f.Does() {
		case Enforce:
			m.row(0, o.place(f.Line, 0), title(of), prefix+f.sentence(), ruleName(f))
		case Warn:
			m.row(1, o.place(f.Line, 0), title(of), prefix+f.sentence(), ruleName(f))
		}
	})
	for _, c := range o.Changes {
		if len(m.filled) == mostRows {
			m.lost++
			continue
		}
		from := ""
		if len(c.From) > 0 {
			from = Code(value(c.From)) + " → "
		}
		m.filled = append(m.filled, fmt.Sprintf("| %s | %s | %s%s | %s |\n", Code(o.place(c.Line, 0)), Code(c.Field), from, Code(value(c.To)), Code(c.Rule)))
	}
	return nil
}

func (m *Markdown) row(kind int, place, object, text, rule string) {
	if len(m.rows[kind]) == mostRows {
		m.more[kind]++
		return
	}
	m.rows[kind] = append(m.rows[kind], fmt.Sprintf("| %s | %s | %s | %s |\n", Code(place), Cell(object), Cell(text), Code(rule)))
}

// Close writes the report.
func (m *Markdown) Close(s Summary) error {
	var b strings.Builder
	mark := "✅"
	if !s.Good(m.head) {
		mark = "❌"
	}
	summary := lines(s.Line(m.head))
	fmt.Fprintf(&b, "### %s batchgate: %s\n\n%s\n", mark, s.Verdict(m.head), Cell(summary[0]))
	for i, heading := range []string{"Refused", "Warnings"} {
		if len(m.rows[i]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n#### %s\n\n| where | what | why | rule |\n| --- | --- | --- | --- |\n%s", heading, strings.Join(m.rows[i], ""))
		if m.more[i] > 0 {
			fmt.Fprintf(&b, "\nand %d more\n", m.more[i])
		}
	}
	if len(m.filled) > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%s filled in</summary>\n\n| where | field | value | rule |\n| --- | --- | --- | --- |\n%s\n", count(len(m.filled)+m.lost, "field"), strings.Join(m.filled, ""))
		if m.lost > 0 {
			fmt.Fprintf(&b, "and %d more\n", m.lost)
		}
		b.WriteString("</details>\n")
	}
	for _, line := range summary[1:] {
		fmt.Fprintf(&b, "\n%s\n", Cell(line))
	}
	_, err := io.WriteString(m.out, b.String())
	return err
}

// Cell is a text in a table, in which nothing is markup.
func Cell(text string) string {
	var b strings.Builder
	for _, r := range Escape(text) {
		if strings.ContainsRune("\\`*_[]<>|#!~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' {
			b.WriteRune('\u200b') // nobody is called by a name in a manifest
		}
	}
	return b.String()
}

// Code is a text as it is written, in a table.
func Code(text string) string {
	text = strings.ReplaceAll(Escape(text), "|", "\\|")
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

// HTMLText is a text in HTML, in which nothing is markup.
func HTMLText(text string) string { return html.EscapeString(text) }
