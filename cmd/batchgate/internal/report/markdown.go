package report

import (
	"fmt"
	"html"
	"io"
	"strings"
)

const (
	// mostRows bounds a table, which nobody reads to its end.
	mostRows = 500
	// MostMarkdown is what GitHub takes as the summary of a step, in bytes. One that is
	// larger it does not show at all.
	MostMarkdown = 1 << 20
	// headings is what the report takes besides its rows, and what is always kept for it.
	headings = 1 << 10
)

// Markdown is the report for a comment on a pull request or the summary of a job:
// what is refused and warned of, in a table, and what is filled in, folded.
type Markdown struct {
	out    io.Writer
	head   Head
	most   int         // bytes
	rows   [2][]string // refusals and warnings
	more   [2]int
	filled []string
	lost   int // of filled
}

// NewMarkdown writes to out, at most so many bytes.
func NewMarkdown(out io.Writer, h Head, most int) *Markdown {
	return &Markdown{out: out, head: h, most: most}
}

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
	mark := "✅"
	if !s.Good(m.head) {
		mark = "❌"
	}
	summary := lines(s.Line(m.head))
	heading := fmt.Sprintf("### %s batchgate: %s\n\n%s\n", mark, s.Verdict(m.head), Cell(summary[0]))
	end := ""
	for _, line := range summary[1:] {
		end += fmt.Sprintf("\n%s\n", Cell(line))
	}
	left := m.most - len(heading) - len(end) - headings
	tables := ""
	for i, name := range []string{"Refused", "Warnings"} {
		if len(m.rows[i]) > 0 {
			tables += table(&left, "\n#### "+name+"\n", "| where | what | why | rule |", m.rows[i], m.more[i], "finding")
		}
	}
	if len(m.filled) > 0 {
		start := fmt.Sprintf("\n<details><summary>%s filled in</summary>\n", count(len(m.filled)+m.lost, "field"))
		const finish = "\n</details>\n"
		left -= len(finish)
		tables += table(&left, start, "| where | field | value | rule |", m.filled, m.lost, "field") + finish
	}
	text := heading + tables + end
	if len(text) > m.most {
		text = heading + "\nthere is no room for more here; the text and JSON reports have all findings\n"
	}
	if len(text) > m.most { // what is too long takes what was written before with it
		text = ""
	}
	_, err := io.WriteString(m.out, text)
	return err
}

// table has as many rows as there is room for, and says how many it has not.
func table(left *int, heading, columns string, rows []string, more int, what string) string {
	const rule = "\n| --- | --- | --- | --- |\n"
	notAll := func(n int) string {
		is := "is"
		if n != 1 {
			is = "are"
		}
		return fmt.Sprintf("\n%s %s left out here; the text and JSON reports have all of them\n", count(n, "more "+what), is)
	}
	room := *left - len(heading) - len("\n"+columns+rule) - len(notAll(more+len(rows)))
	n := 0
	for ; n < len(rows) && room >= len(rows[n]); n++ {
		room -= len(rows[n])
	}
	text := heading
	if n > 0 {
		text += "\n" + columns + rule + strings.Join(rows[:n], "")
	}
	if more += len(rows) - n; more > 0 {
		text += notAll(more)
	}
	*left -= len(text)
	return text
}

// Cell is a text in a table, in which nothing is markup.
func Cell(text string) string {
	var b strings.Builder
	for _, r := range Escape(text) {
		if strings.ContainsRune("\\`*_[]<>|#!~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return uncalled(b.String())
}

// uncalled keeps a name in a manifest from calling somebody: pages look for those behind
// an @ when everything else is rendered, so that no escape helps.
func uncalled(text string) string { return strings.ReplaceAll(text, "@", "@\u200b") }

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

// HTMLText is a text in the HTML of a comment, in which nothing is markup.
func HTMLText(text string) string { return uncalled(html.EscapeString(text)) }
