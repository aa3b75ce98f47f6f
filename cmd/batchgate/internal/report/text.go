package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// longest bounds what a value or a sentence takes of a line.
const (
	longestValue    = 120
	longestSentence = 600
)

// TextOptions are those of NewText.
type TextOptions struct {
	Colour  bool
	Verbose bool // audit findings, and objects of which there is nothing to say
	// Summary ends the report with its summary. Where that is shown beside the
	// report it is not needed.
	Summary bool
}

// Text is the report as people read it.
type Text struct {
	out     io.Writer
	head    Head
	options TextOptions
	brush   brush
	began   bool
}

// NewText writes to out.
func NewText(out io.Writer, h Head, o TextOptions) *Text {
	return &Text{out: out, head: h, options: o, brush: brush(o.Colour)}
}

// Object writes one object, or nothing when it is allowed as it is.
func (t *Text) Object(o *Object) error {
	var b bytes.Buffer
	t.object(&b, o)
	if b.Len() == 0 {
		return nil
	}
	if t.began {
		b = *bytes.NewBuffer(append([]byte("\n"), b.Bytes()...))
	}
	t.began = true
	_, err := t.out.Write(b.Bytes())
	return err
}

func (t *Text) object(b *bytes.Buffer, o *Object) {
	if o.Error != nil {
		fmt.Fprintf(b, "%s: %s %s\n", t.place(o, o.Error.Line, o.Error.Column), t.brush.paint(red, "error:"), Escape(clip(o.Error.Message, longestSentence)))
		return
	}
	var body bytes.Buffer
	t.body(&body, o, "")
	if body.Len() == 0 && o.Verdict != Skipped && !t.options.Verbose {
		return
	}
	fmt.Fprintf(b, "%s: %s %s\n", t.place(o, o.Line, 0), t.brush.paint(bold, title(o)), t.verdict(o))
	if o.Origin != "" {
		fmt.Fprintf(b, "  from %s\n", Escape(o.Origin))
	}
	b.Write(body.Bytes())
	if o.Child != nil {
		t.child(b, o.Child)
	}
}

// title is `Job shop/report`.
func title(o *Object) string {
	name := o.Name
	if name == "" {
		name = "(no name)"
	}
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return Escape(clip(o.Kind+" "+name, longestValue))
}

func (t *Text) verdict(o *Object) string {
	switch o.Verdict {
	case Refused:
		if !o.newlyRefused() {
			return t.brush.paint(dim, "is refused, as the baseline knows")
		}
		return t.brush.paint(red, "is refused")
	case Skipped:
		return t.brush.paint(dim, "is skipped: "+Escape(o.Skipped))
	}
	return t.brush.paint(green, "is allowed")
}

func (t *Text) place(o *Object, line, column int) string {
	text := Escape(o.File)
	if line > 0 {
		text += fmt.Sprintf(":%d", line)
		if column > 0 {
			text += fmt.Sprintf(":%d", column)
		}
	}
	return text
}

// body is what is found and what is filled in. What is not reached stands
// last: it shows up once the rest is mended.
func (t *Text) body(b *bytes.Buffer, o *Object, indent string) {
	var later, would []Finding
	for _, f := range o.Findings {
		switch {
		case f.Would:
			would = append(would, f)
		case !f.Reached:
			later = append(later, f)
		default:
			t.finding(b, o, f)
		}
	}
	if len(o.Changes) > 0 {
		filled := "filled in:"
		if o.Verdict == Refused {
			filled = "would be filled in:"
		}
		fmt.Fprintf(b, "%s  %s\n", indent, filled)
		for _, c := range o.Changes {
			fmt.Fprintf(b, "%s    %s: %s %s\n", indent, Escape(cmp.Or(c.Subject, c.Field)), t.change(c), t.brush.paint(dim, "("+Escape(c.Rule)+")"))
		}
	}
	if len(would) > 0 {
		fmt.Fprintf(b, "%s  not filled in, because the policy only looks on:\n", indent)
		for _, f := range would {
			fmt.Fprintf(b, "%s    %s: %s %s\n", indent, Escape(f.Field), value(f.Fix), t.brush.paint(dim, "("+Escape(f.Rule)+")"))
		}
	}
	if slices.ContainsFunc(later, t.shown) {
		fmt.Fprintf(b, "%s  once that is mended:\n", indent)
		for _, f := range later {
			t.finding(b, o, f)
		}
	}
	for _, n := range o.NotJudged {
		if !t.options.Verbose { // the summary says it once
			break
		}
		fmt.Fprintf(b, "%s  not judged: %s needs %s\n", indent, Escape(n.Rule), Escape(n.Needs))
	}
}

// child is what only the Job of a CronJob meets.
func (t *Text) child(b *bytes.Buffer, o *Object) {
	var body bytes.Buffer
	t.body(&body, o, "  ")
	if body.Len() > 0 {
		fmt.Fprintf(b, "  its %s:\n", title(o))
		b.Write(body.Bytes())
	}
}

func (t *Text) change(c Change) string {
	if len(c.From) == 0 {
		return value(c.To)
	}
	return value(c.From) + " -> " + value(c.To)
}

// shown tells whether a finding is for everybody.
func (t *Text) shown(f Finding) bool { return t.options.Verbose || f.Does() != Audit && !f.Known }

func (t *Text) finding(b *bytes.Buffer, o *Object, f Finding) {
	if !t.shown(f) {
		return
	}
	word := map[string]string{
		Enforce: t.brush.paint(red, "refused:"),
		Warn:    t.brush.paint(yellow, "warning:"),
		Audit:   t.brush.paint(dim, "audit:"),
	}[f.Does()]
	by := f.Rule
	if f.Source == FromKubernetes {
		by = FromKubernetes
	}
	sentence := Escape(clip(f.Sentence, longestSentence))
	if by != "" {
		sentence += " " + t.brush.paint(dim, "("+Escape(by)+")")
	}
	fmt.Fprintf(b, "%s: %s %s\n", t.place(o, f.Line, f.Column), word, sentence)
	if f.Known {
		b.WriteString("    known by the baseline\n")
	}
	if f.Excepted != nil {
		fmt.Fprintf(b, "    excepted until %s by %s: %s\n", Escape(f.Excepted.Expires), Escape(f.Excepted.Owner), Escape(clip(f.Excepted.Reason, longestValue)))
	}
	if len(f.Fix) > 0 && t.options.Verbose {
		fmt.Fprintf(b, "    would pass: %s\n", value(f.Fix))
	}
}

// value shows JSON on one line, a text without its quotes where nothing is
// lost.
func value(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil && text != "" && strings.TrimSpace(text) == text && Escape(text) == text {
		return clip(text, longestValue)
	}
	return Escape(clip(string(raw), longestValue))
}

// Close ends the report.
func (t *Text) Close(s Summary) error {
	if !t.options.Summary {
		return nil
	}
	before := ""
	if t.began {
		before = "\n"
	}
	_, err := fmt.Fprint(t.out, before, s.Line(t.head), "\n")
	return err
}
