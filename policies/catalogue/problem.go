package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
)

// maxProblems keeps the answer to a directory of rubbish readable.
const maxProblems = 100

// problems collects what is wrong with the rules; its zero value is ready.
type problems struct {
	list []*config.Problem
	more int
}

func (c *problems) add(p *config.Problem) {
	p.Line, p.Column = max(p.Line, 1), max(p.Column, 1)
	if len(c.list) == maxProblems {
		c.more++
		return
	}
	c.list = append(c.list, p)
}

// at tells of a whole file.
func (c *problems) at(shown, what, expected string) {
	c.add(&config.Problem{File: shown, What: what, Expected: expected})
}

func (c *problems) near(shown, what, expected, nearest string) {
	c.add(&config.Problem{File: shown, What: what, Expected: expected, Nearest: nearest})
}

// in tells of a place in a file.
func (c *problems) in(at *ast.Location, what, expected, nearest string) {
	c.add(&config.Problem{File: at.File, Line: at.Row, Column: at.Col, What: what, Expected: expected, Nearest: nearest})
}

// err is nil when nothing is wrong.
func (c *problems) err() error {
	if len(c.list) == 0 {
		return nil
	}
	slices.SortStableFunc(c.list, func(a, b *config.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(a.What, b.What), strings.Compare(a.Expected, b.Expected))
	})
	c.list = slices.CompactFunc(c.list, func(a, b *config.Problem) bool { return *a == *b })
	return &config.Errors{Problems: c.list, More: c.more}
}

// rego tells what the Rego parser or compiler says. Its messages lead with a
// code that helps nobody; what the type checker would have liked instead
// becomes the nearest name.
func (c *problems) rego(shown string, errs ast.Errors) {
	for _, e := range errs {
		p := &config.Problem{File: shown, What: firstLine(e.Message)}
		if e.Location != nil {
			if e.Location.File != "" {
				p.File = e.Location.File
			}
			p.Line, p.Column = e.Location.Row, e.Location.Col
		}
		if detail, ok := e.Details.(*ast.RefErrInvalidDetail); ok {
			unknownField(p, detail)
		} else if e.Details != nil {
			p.Expected = onOneLine(e.Details.Lines())
		}
		c.add(p)
	}
}

// unknownField says which part of a path does not exist.
func unknownField(p *config.Problem, d *ast.RefErrInvalidDetail) {
	if d.Pos <= 0 || d.Pos >= len(d.Ref) {
		return
	}
	part, ok := d.Ref[d.Pos].Value.(ast.String)
	if !ok {
		return
	}
	var known []string
	for _, value := range d.OneOf {
		if name, ok := value.(ast.String); ok {
			known = append(known, string(name))
		}
	}
	slices.Sort(known)
	of := plainRef(d.Ref[:d.Pos])
	p.What = "there is no " + string(part) + " in " + of
	p.Nearest = config.Nearest(string(part), known)
	if p.Nearest == "" && len(known) > 0 && len(known) <= 12 {
		p.Expected = "expected one of " + strings.Join(known, ", ")
	}
}

// plainRef is a reference as its author wrote it, without the compiler's names
// for variables.
func plainRef(ref ast.Ref) string {
	shown := ref.Copy()
	for i, term := range shown {
		if v, ok := term.Value.(ast.Var); ok && v.IsGenerated() {
			if i == 0 {
				return "what it refers to"
			}
			shown[i] = ast.VarTerm("_")
		}
	}
	return shown.String()
}

// onOneLine joins what the type checker found and wanted.
func onOneLine(lines []string) string {
	var parts []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			parts = append(parts, line)
		}
	}
	text := strings.Join(parts, ", ")
	if len(text) > longestDetail {
		text = strings.ToValidUTF8(text[:longestDetail], "") + "…"
	}
	return text
}

const longestDetail = 300

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
