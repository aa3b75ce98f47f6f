package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/docs"
	"github.com/batchgate/batchgate/policies/regotest"
)

// explainText shows rules on a terminal.
type explainText struct {
	out   io.Writer
	paint report.Painter
}

// table lists rules, one in a line.
func (t explainText) table(rules []explained) error {
	rows := [][]string{{"rule", "mode", "fills in", "mode set by", "what holds where it is kept"}}
	for _, e := range rules {
		fills := "-"
		if len(e.Heads) > 0 {
			fills = e.fills()
		}
		rows = append(rows, []string{e.Name, string(e.Mode), fills, e.modeOrigin(), e.Title})
	}
	for i, row := range aligned(escaped(rows)) {
		if i == 0 {
			row = t.paint.Faint(row)
		}
		if _, err := fmt.Fprintln(t.out, row); err != nil {
			return err
		}
	}
	return nil
}

// page shows one rule.
func (t explainText) page(e explained) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s\n\n", t.paint.Strong(report.Escape(e.Name)), report.Escape(e.Title))
	facts := [][]string{{"mode", t.mode(e.Mode), e.modeOrigin()}}
	if len(e.Heads) > 0 {
		facts = append(facts, []string{"fills in", e.fills(), e.from(e.FillFrom)})
	}
	facts = append(facts, []string{"severity", e.Severity}, []string{"since", e.Since})
	if bundled(e.Name) {
		facts = append(facts, []string{"origin", "bundled"})
	} else {
		facts = append(facts, []string{"origin", "your own", e.File})
	}
	t.rows(&b, facts)
	t.paragraph(&b, "", plainText(e.Description))
	if err := t.parameters(&b, e); err != nil {
		return err
	}
	if err := t.plain(&b, e); err != nil {
		return err
	}
	if err := t.elsewhere(&b, e); err != nil {
		return err
	}
	t.paragraph(&b, "What it fills in", plainText(strings.Join(e.Fills(), "\n")))
	finds := map[config.Mode]string{config.Enforce: "What it refuses", config.Warn: "What it warns of", config.Audit: "What it records"}
	said := cmp.Or(finds[e.Mode], "What it would find")
	if e.differs() {
		said += ", with its own defaults"
	}
	t.paragraph(&b, said, strings.Join(e.Refuses(), "\n"))
	t.examples(&b, e)
	t.paragraph(&b, "References", strings.Join(e.References, "\n"))
	_, err := t.out.Write(b.Bytes())
	return err
}

// mode is a mode in words.
func (t explainText) mode(m config.Mode) string {
	return map[config.Mode]string{
		config.Off: "off: not asked", config.Audit: "audit: recorded", config.Warn: "warn: told and admitted", config.Enforce: "enforce: refused",
	}[m]
}

func (t explainText) parameters(b *bytes.Buffer, e explained) error {
	if len(e.Rule.Params) == 0 {
		return nil
	}
	t.heading(b, "Parameters")
	var rows [][]string
	for _, p := range e.Rule.Params {
		value, err := docs.Flow(e.Explanation.Params[p.Name])
		if err != nil {
			return err
		}
		rows = append(rows, []string{p.Name, value, origin(e.ParamsFrom[p.Name])})
	}
	lines := aligned(escaped(rows))
	for i, p := range e.Rule.Params {
		kind, err := docs.TypeOf(p)
		if err != nil {
			return err
		}
		standard, err := docs.Flow(p.Default)
		if err != nil {
			return err
		}
		if e.ParamsFrom[p.Name].Section != "rule" {
			kind += ", by default " + standard
		}
		fmt.Fprintf(b, "  %s\n", lines[i])
		fmt.Fprintf(b, "      %s\n", t.paint.Faint(report.Escape(plainText(p.Description)+" ("+kind+")")))
	}
	return nil
}

// plain is what holds beside a profile.
func (t explainText) plain(b *bytes.Buffer, e explained) error {
	if e.Plain == nil {
		return nil
	}
	said := config.Settings{Mode: &e.Plain.Mode, Params: map[string]any{}}
	for name, value := range e.Plain.Params {
		if !reflect.DeepEqual(value, e.Explanation.Params[name]) {
			said.Params[name] = value
		}
	}
	line, err := settings(said)
	if err != nil {
		return err
	}
	t.paragraph(b, "A profile only adds: what is found without it is found too", line+", "+origin(e.Plain.ModeFrom))
	return nil
}

// differs tells whether the policy sets any parameter of the rule.
func (e explained) differs() bool {
	for _, from := range e.ParamsFrom {
		if from.Section != "rule" {
			return true
		}
	}
	return false
}

// elsewhere is what else the policy says of the rule.
func (t explainText) elsewhere(b *bytes.Buffer, e explained) error {
	var rows [][]string
	for _, o := range e.Overrides {
		said, err := settings(o.Settings)
		if err != nil {
			return err
		}
		name := o.Section
		if match := where(o.Match); match != "" {
			name = "namespaces " + match
		}
		at := fmt.Sprintf("%s:%d", o.File.Path, o.Line)
		if preset, ok := ofPreset(o.File); ok {
			at = "preset " + preset
		}
		rows = append(rows, []string{name, said, at})
	}
	if len(rows) > 0 {
		heading := "In profiles and namespaces"
		if strings.HasPrefix(e.Overrides[0].Section, "profile ") {
			heading += "; a profile only adds to what holds without it"
		}
		t.heading(b, heading)
		t.rows(b, rows)
	}
	rows = nil
	for _, x := range e.Excuses {
		match := strings.Join(x.Names, ", ")
		if len(x.Namespaces) > 0 {
			match = cmp.Or(match, "everything") + " in " + strings.Join(x.Namespaces, ", ")
		}
		until := "until " + x.Expires
		if x.Expired(e.today) {
			until += ", expired"
		}
		rows = append(rows, []string{match, until, fmt.Sprintf("%s:%d", x.File.Path, x.Line), x.Owner + ": " + x.Reason})
	}
	if len(rows) > 0 {
		t.heading(b, "Exceptions")
		t.rows(b, rows)
	}
	return nil
}

// examples shows the first of each kind. They were judged apart from any policy.
func (t explainText) examples(b *bytes.Buffer, e explained) {
	if len(e.Examples) > 0 {
		t.heading(b, "Examples, with the rule's own defaults and mode enforce unless they say otherwise")
	}
	for _, kind := range []struct{ prefix, caption string }{
		{"refused", "Refused"}, {"warned", "Warned"}, {"accepted", "Accepted"}, {"filled", "Filled in"},
	} {
		found := e.Of(kind.prefix)
		if len(found) == 0 || kind.prefix == "warned" && len(e.Of("refused")) > 0 {
			continue
		}
		example := found[0]
		t.heading(b, kind.caption+": "+docs.Caption(example.Name))
		if example.Given != "" {
			t.lines(b, "  ", example.Given)
			fmt.Fprintln(b, "  ---")
		}
		t.lines(b, "  ", example.Object)
		for _, line := range regotest.Lines(example.Findings) {
			fmt.Fprintf(b, "  => %s\n", report.Escape(line))
		}
		for _, line := range regotest.Lines(example.Changes) {
			fmt.Fprintf(b, "  => filled in: %s\n", report.Escape(line))
		}
	}
}

func (t explainText) heading(b *bytes.Buffer, text string) {
	fmt.Fprintf(b, "\n%s\n", t.paint.Strong(report.Escape(text)))
}

// paragraph is text below a heading, or nothing.
func (t explainText) paragraph(b *bytes.Buffer, heading, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	indent := ""
	if heading == "" {
		fmt.Fprintln(b)
	} else {
		t.heading(b, heading)
		indent = "  "
	}
	t.lines(b, indent, text)
}

func (t explainText) lines(b *bytes.Buffer, indent, text string) {
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintln(b, strings.TrimRight(indent+report.Escape(line), " "))
	}
}

func (t explainText) rows(b *bytes.Buffer, rows [][]string) {
	for _, row := range aligned(escaped(rows)) {
		fmt.Fprintf(b, "  %s\n", row)
	}
}

func escaped(rows [][]string) [][]string {
	for _, row := range rows {
		for i := range row {
			row[i] = report.Escape(row[i])
		}
	}
	return rows
}

// plainText is Markdown without what only marks it up.
func plainText(markdown string) string { return strings.ReplaceAll(markdown, "`", "") }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
