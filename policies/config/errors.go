package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a policy file.
type Problem struct {
	File         string
	Line, Column int    // from 1
	What         string // what is there
	Expected     string // what would be right; may be empty
	Nearest      string // the known name that is meant, perhaps; may be empty
}

// Error is `file:line:column: what; expected; did you mean "x"?`.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, p.Line, p.Column, p.What)
	if p.Expected != "" {
		b.WriteString("; " + p.Expected)
	}
	if p.Nearest != "" {
		fmt.Fprintf(&b, "; did you mean %q?", p.Nearest)
	}
	return b.String()
}

// Errors are the problems of a policy, sorted by place: all of them, or the first
// hundred that were found. It is never empty.
type Errors struct {
	Problems []*Problem
	More     int // how many there are beyond these
}

// Error has one line for each problem.
func (e *Errors) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

// place is where something is written in a file; the zero place is its start.
type place struct {
	file         string
	line, column int
}

// maxProblems keeps the answer to a file of rubbish readable.
const maxProblems = 100

// problems collects what is wrong; its zero value is ready.
type problems struct {
	list []*Problem
	more int
}

// count is how many problems there are.
func (c *problems) count() int { return len(c.list) + c.more }

func (c *problems) add(at place, what, expected, nearest string) {
	if len(c.list) == maxProblems {
		c.more++
		return
	}
	c.list = append(c.list, &Problem{
		File: at.file, Line: max(at.line, 1), Column: max(at.column, 1),
		What: what, Expected: expected, Nearest: nearest,
	})
}

// err is nil when nothing is wrong.
func (c *problems) err() error {
	if len(c.list) == 0 {
		return nil
	}
	slices.SortStableFunc(c.list, func(a, b *Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.What, b.What), cmp.Compare(a.Expected, b.Expected),
		)
	})
	c.list = slices.CompactFunc(c.list, func(a, b *Problem) bool { return *a == *b })
	return &Errors{Problems: c.list, More: c.more}
}
