package regotest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/engine"
)

// exampleNames are the names in examples.txtar, and what is wrong with it.
func (d *directory) exampleNames() (names, problems []string) {
	examples, wrong := Examples(d.examples)
	for _, e := range examples {
		names = append(names, e.Name)
	}
	for _, problem := range wrong {
		problems = append(problems, d.shown+"/examples.txtar:"+problem)
	}
	return names, problems
}

// examples judges every example of a rule.
func (s Suite) examples(ctx context.Context, rules *catalogue.Catalogue, rule *catalogue.Rule, d *directory) []Outcome {
	alone := *rules // the others are off, and would be compiled for each example all the same
	alone.Rules = []*catalogue.Rule{rule}
	b := &bench{rules: &alone, rule: rule.Name, engines: map[string]*engine.Engine{}}
	examples, _ := Examples(d.examples) // problems are told by complete
	said := map[string]string{}         // what differs, by file
	var outcomes []Outcome
	for _, e := range examples {
		if e.broken {
			continue
		}
		o := Outcome{Name: d.name + "/examples/" + e.Name, Group: d.name, Check: CheckExample}
		problem := func(file, format string, args ...any) {
			at := e.Line
			if file != "" {
				at = lineOf(d.examples, e.Name+"/"+file)
			}
			o.Problems = append(o.Problems, fmt.Sprintf("%s/examples.txtar:%d: %s", d.shown, at, fmt.Sprintf(format, args...)))
		}
		began := time.Now()
		result, err := b.judge(ctx, e)
		o.Took = time.Since(began)
		var kind string
		if err == nil {
			kind, err = kindOf(result)
		}
		if line, why, ok := notYAML(err); ok {
			o.Problems = append(o.Problems, fmt.Sprintf("%s/examples.txtar:%d: %s/%s: %s", d.shown, lineOf(d.examples, e.Name+"/"+objectFile)+line, e.Name, objectFile, why))
			outcomes = append(outcomes, o)
			continue
		}
		if err != nil {
			problem("", "%s %s", e.Name, strings.ReplaceAll(err.Error(), "\n", "; "))
			outcomes = append(outcomes, o)
			continue
		}
		if kind != e.kind() {
			problem("", "the name says %s, but it is %s", e.kind(), kind)
		}
		if strings.Contains(findings(result), "<undefined>") {
			// What a template string cannot work out it writes like that, instead of being silent.
			problem(findingsFile, "a message says <undefined>: it reads what may be absent; give that a name before")
		}
		for _, expected := range []struct{ file, want, got string }{
			{findingsFile, e.Findings, findings(result)},
			{changesFile, e.Changes, changes(result)},
		} {
			switch {
			case expected.want == expected.got:
			case s.Write != nil:
				said[e.Name+"/"+expected.file] = expected.got
			default:
				problem(expected.file, "%s/%s (- expected, + what happens)%s", e.Name, expected.file, difference(expected.want, expected.got))
			}
		}
		outcomes = append(outcomes, o)
	}
	if len(said) > 0 {
		if err := s.Write(examplesPath(d.name), updated(d.examples, said)); err != nil {
			outcomes = append(outcomes, Outcome{Name: d.name + "/examples", Group: d.name, Check: CheckExample, Problems: []string{d.shown + "/examples.txtar:1: " + err.Error()}})
		}
	}
	return outcomes
}

// difference shows the lines that one text has and the other has not.
func difference(want, got string) string {
	var b strings.Builder
	lacks := func(sign, has, other string) {
		others := strings.Split(other, "\n")
		for _, l := range strings.Split(strings.TrimSuffix(has, "\n"), "\n") {
			if l != "" && !slices.Contains(others, l) {
				b.WriteString("\n\t" + sign + " " + l)
			}
		}
	}
	lacks("-", want, got)
	lacks("+", got, want)
	if b.Len() == 0 {
		return ": the lines differ in order, in number or in white space"
	}
	return b.String()
}
