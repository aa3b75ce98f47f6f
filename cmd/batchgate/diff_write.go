package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// write reports in one format.
func (d *differing) write(to destination, env func(string) string) error {
	var text string
	switch to.format {
	case "json":
		all := d.objects
		if all == nil {
			all = []differs{}
		}
		out, err := json.MarshalIndent(map[string]any{
			"apiVersion": "batchgate.dev/v1alpha1", "kind": "DiffResult", "version": ownVersion(), "kubernetes": kubernetes,
			"old": d.old, "new": d.new, "objects": all, "judged": d.judged, "errors": d.errors,
		}, "", "  ")
		if err != nil {
			return err
		}
		text = string(report.EscapeJSON(out)) + "\n"
	case "markdown":
		text = d.markdown()
	default:
		text = d.text(report.Painter(!to.file && report.Colour(to.to, env)))
	}
	_, err := to.to.Write([]byte(text))
	return err
}

// title is the object and what becomes of it.
func (x differs) title() string {
	return report.Escape(fmt.Sprintf("%s %s/%s", x.Kind, x.Namespace, x.Name))
}

func (x differs) becomes() string {
	word := func(v report.Verdict) string {
		return map[report.Verdict]string{report.Allowed: "allowed", report.Refused: "refused", report.Skipped: "skipped"}[v]
	}
	if x.Old == x.New {
		return "stays " + word(x.New)
	}
	return "was " + word(x.Old) + ", is " + word(x.New)
}

func (d *differing) text(paint report.Painter) string {
	var b strings.Builder
	for i, x := range d.objects {
		if i > 0 {
			b.WriteString("\n")
		}
		becomes := x.becomes()
		switch {
		case x.Old == x.New:
		case x.New == report.Refused:
			becomes = paint.Bad(becomes)
		default:
			becomes = paint.Good(becomes)
		}
		fmt.Fprintf(&b, "%s:%d: %s %s\n", report.Escape(x.File), x.Line, paint.Strong(x.title()), becomes)
		if x.Origin != "" {
			fmt.Fprintf(&b, "  from %s\n", report.Escape(x.Origin))
		}
		for _, f := range x.Gone {
			fmt.Fprintf(&b, "%s\n", paint.Bad(f.line(x, "-")))
		}
		for _, f := range x.Come {
			fmt.Fprintf(&b, "%s\n", paint.Good(f.line(x, "+")))
		}
		for _, v := range x.Values {
			fmt.Fprintf(&b, "  %s: %s -> %s\n", report.Escape(v.Field), orNothing(v.Old), orNothing(v.New))
		}
	}
	if owners := d.owners(); len(owners) > 1 {
		b.WriteString("\nby owner:\n")
		for _, o := range owners {
			fmt.Fprintf(&b, "  %s: %s\n", report.Escape(o.owner), o)
		}
	}
	return b.String()
}

// String is "3 objects differ, 1 refused from now on".
func (o owned) String() string {
	text := plural(o.differ, "object") + " differ"
	if o.differ == 1 {
		text += "s"
	}
	if o.refused > 0 {
		text += fmt.Sprintf(", %d refused from now on", o.refused)
	}
	if o.allowed > 0 {
		text += fmt.Sprintf(", %d allowed from now on", o.allowed)
	}
	return text
}

func (f findingDiffer) line(x differs, mark string) string {
	return fmt.Sprintf("%s %s:%d:%d: %s: %s (%s)", mark, report.Escape(x.File), f.Line, f.Column, wordOf(f.Mode), report.Escape(f.Sentence), report.Escape(f.Rule))
}

func wordOf(mode string) string {
	if mode == report.Enforce {
		return "refused"
	}
	return "warning"
}

func orNothing(value json.RawMessage) string {
	if len(value) == 0 {
		return "(nothing)"
	}
	return report.Escape(string(value))
}

func (d *differing) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### batchgate: %s\n", report.Cell(d.summary()))
	if owners := d.owners(); len(owners) > 1 {
		b.WriteString("\n| owner | differ | refused from now on | allowed from now on |\n| --- | --- | --- | --- |\n")
		for _, o := range owners {
			fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", report.Cell(o.owner), o.differ, o.refused, o.allowed)
		}
	}
	for _, x := range d.objects {
		fmt.Fprintf(&b, "\n<details><summary>%s %s (%s:%d)</summary>\n\n", report.HTMLText(x.title()), x.becomes(), report.HTMLText(report.Escape(x.File)), x.Line)
		if len(x.Gone)+len(x.Come) > 0 {
			b.WriteString("```diff\n")
			for _, f := range x.Gone {
				b.WriteString(fence(f.line(x, "-")) + "\n")
			}
			for _, f := range x.Come {
				b.WriteString(fence(f.line(x, "+")) + "\n")
			}
			b.WriteString("```\n")
		}
		if len(x.Values) > 0 {
			b.WriteString("\n| field | old | new |\n| --- | --- | --- |\n")
			for _, v := range x.Values {
				fmt.Fprintf(&b, "| %s | %s | %s |\n", report.Code(v.Field), report.Code(orNothing(v.Old)), report.Code(orNothing(v.New)))
			}
		}
		b.WriteString("\n</details>\n")
	}
	return b.String()
}

// fence keeps a line from ending the block it stands in.
func fence(line string) string { return strings.ReplaceAll(line, "```", "` ` `") }
