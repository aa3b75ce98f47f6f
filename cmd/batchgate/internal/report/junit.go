package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/junit"
)

// JUnit is the report as CI systems show tests: a suite for each file, a case for
// each object. Warnings are in the output of the suite, and fail a case where the check
// fails on them.
type JUnit struct {
	out   io.Writer
	head  Head
	began time.Time
	all   junit.Report
	at    map[string]int // suites by file
}

// NewJUnit writes to out what was done since a time.
func NewJUnit(out io.Writer, h Head, began time.Time) *JUnit {
	return &JUnit{out: out, head: h, began: began, at: map[string]int{}}
}

// Object takes one object. It is kept as its case: a suite begins with its numbers.
func (j *JUnit) Object(o *Object) error {
	file, _ := o.shownAt(o.Line)
	at, known := j.at[file]
	if !known {
		at = len(j.all.Suites)
		j.at[file] = at
		s := junit.NewSuite(at, "batchgate", token(filepath.ToSlash(file)), j.began, 0)
		s.Properties = []junit.Property{
			{Name: "policy", Value: Escape(j.head.Policy.Name) + "@" + j.head.Policy.Digest}, {Name: "kubernetes", Value: j.head.Kubernetes},
		}
		j.all.Suites = append(j.all.Suites, s)
	}
	s := &j.all.Suites[at]
	c := junit.Case{Name: token(title(o)), Class: s.Name, Time: junit.Seconds(0)}
	if o.Error != nil {
		c.Name = token(fmt.Sprintf("document %d", o.Document+1))
		c.Error = junit.NewProblem(ruleUnreadable, lines(o.place(o.Error.Line, o.Error.Column)+": "+clip(o.Error.Message, longestSentence)))
	}
	var refusals, warnings []string
	o.each(func(_ *Object, prefix string, f Finding) {
		if f.Known {
			return
		}
		text := fmt.Sprintf("%s: %s%s (%s)", o.place(f.Line, f.Column), prefix, f.sentence(), Escape(ruleName(f)))
		switch f.Does() {
		case Enforce:
			refusals = append(refusals, text)
		case Warn:
			warnings = append(warnings, text)
		}
	})
	switch on := j.head.FailOn; {
	case o.Verdict == Refused && len(refusals) > 0:
		c.Failure = junit.NewProblem("refused", refusals)
	case on.Counts(OnWarn) && len(warnings) > 0:
		c.Failure = junit.NewProblem("warned of", warnings)
	case on.Counts(OnChange) && o.filledIn():
		c.Failure = junit.NewProblem("filled in", o.filled())
	}
	if o.Verdict == Skipped {
		c.Skipped = &junit.Skip{}
	}
	for _, text := range warnings {
		s.Out += text + "\n"
	}
	s.Add(c)
	return nil
}

// filled are the values that are filled in, of the object and of its Job.
func (o *Object) filled() (all []string) {
	for _, of := range []*Object{o, o.Child} {
		if of == nil {
			continue
		}
		for _, c := range of.Changes {
			all = append(all, fmt.Sprintf("%s: %s is filled in: %s (%s)", o.place(c.Line, c.Column), Escape(c.Field), value(c.To), Escape(c.Rule)))
		}
	}
	return all
}

// Close writes the report.
func (j *JUnit) Close(sum Summary) error {
	if len(j.all.Suites) > 0 {
		j.all.Suites[0].Properties = append(j.all.Suites[0].Properties, junit.Property{Name: "summary", Value: strings.Join(lines(sum.Line(j.head)), "; ")})
	}
	return j.all.Write(j.out)
}

// token is a text as the schema wants names: on one line, with single spaces.
func token(text string) string { return strings.Join(strings.Fields(Escape(text)), " ") }

func lines(text string) []string {
	var all []string
	for _, line := range strings.Split(text, "\n") {
		all = append(all, Escape(line))
	}
	return all
}

// place is `file:line:column` as people read it.
func (o *Object) place(line, column int) string {
	file, at := o.shownAt(line)
	text := Escape(file)
	if at > 0 {
		text += fmt.Sprintf(":%d", at)
		if column > 0 {
			text += fmt.Sprintf(":%d", column)
		}
	}
	return text
}
