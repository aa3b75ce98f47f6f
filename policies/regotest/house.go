package regotest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// mostLines is how much code a rule is: what is longer is two rules, or has a
// part for the library.
const mostLines = 80

// house checks each file for itself.
func (t *tree) house() []Outcome {
	byGroup := map[string]*Outcome{}
	var names []string
	for _, f := range t.files {
		o := byGroup[f.group]
		if o == nil {
			o = &Outcome{Name: f.group + "/style", Group: f.group, Check: CheckStyle}
			byGroup[f.group] = o
			names = append(names, f.group)
		}
		o.Problems = append(o.Problems, f.formatted()...)
		o.Problems = append(o.Problems, instructions(f.shown, f.text)...)
		if f.test {
			o.Problems = append(o.Problems, f.place()...)
			continue
		}
		if strings.HasPrefix(f.group, "lib/") {
			o.Problems = append(o.Problems, f.described()...)
		}
		if n := codeLines(f.text); n > mostLines {
			o.Problems = append(o.Problems, fmt.Sprintf("%s:1: has %d lines of code; at most %d are allowed", f.shown, n, mostLines))
		}
	}
	outcomes := make([]Outcome, len(names))
	for i, name := range names {
		outcomes[i] = *byGroup[name]
	}
	return outcomes
}

func (f file) formatted() []string {
	want, err := format.Source(f.shown, f.text)
	if err != nil {
		return regoProblems(f.shown, err)
	}
	if bytes.Equal(want, f.text) {
		return nil
	}
	row := 1
	for line(f.text, row) == line(want, row) && indentOf(f.text, row) == indentOf(want, row) && row < bytes.Count(want, []byte("\n")) {
		row++
	}
	return []string{fmt.Sprintf("%s:%d: is not formatted as opa fmt does it; expected: %s", f.shown, row, line(want, row))}
}

func indentOf(text []byte, number int) string {
	lines := strings.Split(string(text), "\n")
	if number > len(lines) {
		return ""
	}
	whole := lines[number-1]
	return whole[:len(whole)-len(strings.TrimLeft(whole, " \t"))]
}

// place checks that a test lies in the package that is named after what it
// tests.
func (f file) place() []string {
	want := `batchgate.rules_test["` + f.group + `"]`
	if strings.HasPrefix(f.group, "lib/") {
		want = "batchgate.lib_test"
	}
	have := strings.TrimPrefix(f.module.Package.Path.String(), "data.")
	if ast.MustParseRef("data." + want).Equal(f.module.Package.Path) {
		return nil
	}
	return []string{fmt.Sprintf("%s:%d: the package is %s; expected %s", f.shown, f.module.Package.Location.Row, have, want)}
}

// described checks that whatever the library offers says what it is.
func (f file) described() (problems []string) {
	described := map[string]bool{}
	for _, a := range f.module.Annotations {
		if target := a.GetTargetPath(); a.Description != "" && len(target) > len(f.module.Package.Path) {
			described[target[len(f.module.Package.Path)].Value.String()] = true
		}
	}
	for _, rule := range f.module.Rules {
		name := rule.Head.Ref()[0].Value
		if key := ast.String(name.String()).String(); !strings.HasPrefix(name.String(), "_") && !described[key] {
			problems = append(problems, fmt.Sprintf("%s:%d: %s has no description; expected a block `# METADATA` above it", f.shown, rule.Location.Row, name))
			described[key] = true
		}
	}
	return problems
}

// codeLines are the lines that are neither empty nor a comment.
func codeLines(text []byte) int {
	n := 0
	for _, l := range strings.Split(string(text), "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			n++
		}
	}
	return n
}

// complete checks that a rule's tests and examples show both what it does and
// what it leaves alone.
func (d *directory) complete(rule *catalogue.Rule) Outcome {
	o := Outcome{Name: d.name + "/complete", Group: d.name, Check: CheckComplete}
	missing := func(file, what string) {
		o.Problems = append(o.Problems, fmt.Sprintf("%s/%s:1: has no %s", d.shown, file, what))
	}
	var allowed, needed []string
	if rule.Denies {
		needed = append(needed, "test_denies_", "test_allows_")
		allowed = append(allowed, needed...)
	}
	if len(rule.Heads) > 0 {
		allowed = append(allowed, "test_sets_", "test_keeps_")
		needed = append(needed, "test_sets_")
		if !rule.Denies { // others may fill in every gap there is
			needed = append(needed, "test_keeps_")
		}
	}
	names, wrong := d.testNames(allowed)
	o.Problems = append(o.Problems, wrong...)
	for _, prefix := range needed {
		if !anyHasPrefix(names, prefix) {
			missing(d.name+testSuffix, "test that begins with "+prefix)
		}
	}
	names, wrong = d.exampleNames()
	o.Problems = append(o.Problems, wrong...)
	o.Problems = append(o.Problems, instructions(d.shown+"/examples.txtar", d.examples)...)
	shows := func(prefixes ...string) {
		if !slices.ContainsFunc(prefixes, func(prefix string) bool { return anyHasPrefix(names, prefix) }) {
			missing("examples.txtar", "example that begins with "+strings.Join(prefixes, " or "))
		}
	}
	shows("accepted-")
	if rule.Denies {
		shows("refused-", "warned-")
	}
	if len(rule.Heads) > 0 {
		shows("filled-")
	}
	return o
}

// testNames are the names of the tests; wrong are those that do not say what the
// rule does.
func (d *directory) testNames(allowed []string) (names, wrong []string) {
	for _, f := range d.tests {
		for _, rule := range f.module.Rules {
			name := rule.Head.Ref()[0].Value.String()
			if !strings.HasPrefix(name, "test_") {
				continue
			}
			if !slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %s does not say what the rule does; expected %s…",
					f.shown, rule.Location.Row, name, strings.Join(allowed, "…, ")))
			}
			names = append(names, name)
		}
	}
	return names, wrong
}

func anyHasPrefix(names []string, prefix string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, prefix) })
}
