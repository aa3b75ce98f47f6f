package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
)

// mostArticles bounds the page: a browser has to carry it.
const mostArticles = 3000

//go:embed html.tmpl html.css html.js
var page embed.FS

// HTML is the report as one page that needs nothing else: no network, no server. It
// shows each manifest with what is filled in and what is wrong where it stands.
type HTML struct {
	out   io.Writer
	head  Head
	shape *template.Template
	err   error
	body  bytes.Buffer // articles, as they come: the page begins with what is known last
	shown int
	more  int
	rules map[string]bool
	files map[string]bool
}

// NewHTML writes to out.
func NewHTML(out io.Writer, h Head) *HTML {
	shape, err := template.New("html.tmpl").Funcs(template.FuncMap{"count": count}).ParseFS(page, "html.tmpl")
	return &HTML{out: out, head: h, shape: shape, err: err, rules: map[string]bool{}, files: map[string]bool{}}
}

// article is what the page shows of an object.
type article struct {
	ID, File, Place, Title, Origin, Child string
	Verdict, Word                         string
	Error                                 string
	Refused, Warned, Filled               bool
	Findings                              []htmlFinding
	Changes                               []htmlChange
	Lines                                 []htmlLine
	Rules                                 string // with a space on both sides of each
}

type htmlFinding struct {
	Mode, Word, Place, Text, Rule, URL, Fix, Excepted string
	Later, Known                                      bool
}

type htmlChange struct{ Field, From, To, Rule, URL string }

type htmlLine struct {
	Number, Mark, Text string
	Notes              []htmlFinding
}

// Object takes one object, and shows it where there is something to say of it.
func (h *HTML) Object(o *Object) error {
	if h.err != nil {
		return h.err
	}
	a := h.article(o)
	if a.Error == "" && len(a.Findings) == 0 && len(a.Changes) == 0 {
		return nil
	}
	if h.shown == mostArticles {
		h.more++
		return nil
	}
	h.shown++
	return h.shape.ExecuteTemplate(&h.body, "article", a)
}

func (h *HTML) article(o *Object) article {
	file, _ := o.shownAt(o.Line)
	a := article{
		ID: fmt.Sprintf("o%d", h.shown), File: Escape(file), Place: o.place(o.Line, 0), Title: title(o), Origin: Escape(o.Origin),
		Verdict: string(o.Verdict), Word: map[Verdict]string{Allowed: "allowed", Refused: "refused", Failed: "cannot be judged", Skipped: "skipped"}[o.Verdict],
		Refused: o.Verdict == Refused || o.Verdict == Failed, Warned: o.any(Warn), Filled: len(o.Changes) > 0,
	}
	if o.Verdict == Refused && !o.newlyRefused() {
		a.Word = "refused, as the baseline knows"
	}
	h.files[a.File] = true
	if o.Error != nil {
		a.Place = o.place(o.Error.Line, o.Error.Column)
		a.Title, a.Error = "Document "+fmt.Sprint(o.Document+1), Escape(clip(o.Error.Message, longestSentence))
		return a
	}
	notes := map[int][]htmlFinding{}
	rules := map[string]bool{}
	o.each(func(_ *Object, prefix string, f Finding) {
		one := h.finding(o, prefix, f)
		if one.Mode == Audit && f.Excepted == nil {
			return
		}
		rules[one.Rule] = true
		a.Findings = append(a.Findings, one)
		notes[f.Line] = append(notes[f.Line], one)
	})
	for _, c := range o.Changes {
		rules[c.Rule] = true
		one := htmlChange{Field: Escape(cmp.Or(c.Subject, c.Field)), To: value(c.To), Rule: Escape(c.Rule), URL: h.url(c.Rule)}
		if len(c.From) > 0 {
			one.From = value(c.From)
		}
		a.Changes = append(a.Changes, one)
	}
	for _, l := range o.Source {
		line := htmlLine{Mark: string(l.Mark), Text: Escape(strings.ReplaceAll(l.Text, "\t", "    "))}
		if l.Number > 0 {
			line.Number, line.Notes = fmt.Sprint(l.Number), notes[l.Number]
		}
		a.Lines = append(a.Lines, line)
	}
	a.Rules = " " + strings.Join(slices.Sorted(maps.Keys(rules)), " ") + " "
	maps.Copy(h.rules, rules)
	return a
}

func (h *HTML) finding(o *Object, prefix string, f Finding) htmlFinding {
	one := htmlFinding{
		Mode: f.Does(), Word: map[string]string{Enforce: "refused", Warn: "warning", Audit: "audit"}[f.Does()],
		Place: o.place(f.Line, f.Column), Text: prefix + f.sentence(), Rule: Escape(ruleName(f)), URL: h.url(f.Rule), Later: !f.Reached, Known: f.Known,
	}
	if len(f.Fix) > 0 {
		one.Fix = value(f.Fix)
	}
	if f.Excepted != nil {
		one.Excepted = Escape(fmt.Sprintf("excepted until %s by %s: %s", f.Excepted.Expires, f.Excepted.Owner, clip(f.Excepted.Reason, longestValue)))
	}
	return one
}

func (h *HTML) url(rule string) string {
	for _, r := range h.head.Rules {
		if r.Name == rule {
			return r.URL
		}
	}
	return ""
}

// Close writes the page.
func (h *HTML) Close(s Summary) error {
	if h.err != nil {
		return h.err
	}
	style, err := page.ReadFile("html.css")
	if err != nil {
		return err
	}
	script, err := page.ReadFile("html.js")
	if err != nil {
		return err
	}
	return h.shape.ExecuteTemplate(h.out, "page", map[string]any{
		"Head": h.head, "Summary": s, "Line": strings.Split(s.Line(h.head), "\n"), "Good": s.Good(h.head), "Verdict": heading(s.Verdict(h.head)),
		"Policy": Escape(h.head.Policy.Name), "More": h.more, "Shown": h.shown,
		"Rules": slices.Sorted(maps.Keys(h.rules)), "Files": slices.Sorted(maps.Keys(h.files)),
		"Style": template.CSS(style), "Script": template.JS(script), //nolint:gosec // they are part of the program
		"StyleHash": hashOf(style), "ScriptHash": hashOf(script),
		"Body": template.HTML(h.body.String()), //nolint:gosec // it comes from the template
	})
}

// heading begins with a capital letter.
func heading(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// hashOf is how a page allows itself what stands in it.
func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
