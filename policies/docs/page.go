package docs

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"text/template"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/regotest"
)

//go:embed page.md.tmpl
var pageText string

//go:embed index.md.tmpl
var indexText string

// Rule is what a page is made of.
type Rule struct {
	*catalogue.Rule

	Examples []*regotest.Example
	Presets  []Preset // in the order in which they are shown
	Silent   bool     // its heads fill nothing in until a policy sets its parameters
}

// Preset is what a preset makes of a rule.
type Preset struct {
	Name string
	Mode string
	Fill bool
}

// FillsIn reports whether the preset lets the rule fill anything in.
func (p Preset) FillsIn() bool { return p.Fill && p.Mode != string(config.Off) }

// shown is how many examples of a kind a page has; the others are in the file.
const shown = 2

// Page is the page of a rule.
func Page(r Rule) ([]byte, error) { return render(pageText, r) }

// Index is the page that leads to those of all rules.
func Index(rules []Rule) ([]byte, error) { return render(indexText, rules) }

func render(text string, data any) ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{
		"cell": cell, "code": code, "flow": Flow, "typeOf": TypeOf, "caption": Caption, "message": message, "lines": regotest.Lines, "change": change,
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, err
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), nil
}

// FillsIn says in a word whether the rule fills anything in where it may.
func (r Rule) FillsIn(may bool) string {
	switch {
	case len(r.Heads) == 0 || !may:
		return "no"
	case r.Silent:
		return "when configured"
	}
	return "yes"
}

// Fills are the fields that the rule fills in, as an author writes them.
func (r Rule) Fills() []string {
	var fields []string
	for _, head := range r.Heads {
		rest := strings.Join(head.Rest, ".")
		if !head.Container {
			rest = strings.Join(head.Path[1:], ".")
		}
		switch {
		case head.Container:
			fields = append(fields, code(rest)+" of every container")
		case head.Path[0] == "cronjob":
			fields = append(fields, code(rest)+" of a CronJob")
		case head.Path[0] == "pod":
			fields = append(fields, code("spec.template."+rest)+", in a CronJob "+code("spec.jobTemplate.spec.template."+rest))
		default:
			fields = append(fields, code(rest)+", in a CronJob "+code("spec.jobTemplate."+rest))
		}
	}
	return fields
}

// Refuses are the messages of all examples, each once: what is said of a
// CronJob is what is said of its Jobs.
func (r Rule) Refuses() []string {
	var messages []string
	for _, e := range r.Examples {
		for _, line := range regotest.Lines(e.Findings) {
			text := strings.TrimPrefix(message(line), "spec.jobTemplate.")
			if !slices.Contains(messages, text) {
				messages = append(messages, text)
			}
		}
	}
	return messages
}

// Of are the first examples of a kind.
func (r Rule) Of(kind string) []*regotest.Example {
	var found []*regotest.Example
	for _, e := range r.Examples {
		if strings.HasPrefix(e.Name, kind+"-") && len(found) < shown {
			found = append(found, e)
		}
	}
	return found
}

// Preset is what a preset makes of the rule; nil when that is not known.
func (r Rule) Preset(name string) *Preset {
	for i := range r.Presets {
		if r.Presets[i].Name == name {
			return &r.Presets[i]
		}
	}
	return nil
}
