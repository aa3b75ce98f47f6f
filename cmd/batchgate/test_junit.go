package main

import (
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/junit"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// testJUnit is the report as CI systems read it: a suite for each rule.
type testJUnit struct{}

func (testJUnit) write(w io.Writer, t *tested) error {
	all := junit.Report{}
	if t.broken != nil {
		s := t.suite(0, "policy", t.took)
		s.Add(junit.Case{Name: "load", Class: "policy", Time: s.Time, Error: junitOf("load", strings.Split(t.broken.Error(), "\n"))})
		all.Suites = append(all.Suites, s)
	}
	for i, g := range t.groups() {
		name, class := g.name, "rules."+g.name
		switch {
		case g.name == "":
			name, class = "policy", "policy"
		case g.library():
			class = strings.Replace(g.name, "/", ".", 1)
		}
		var took time.Duration
		for _, o := range g.outcomes {
			took += o.Took
		}
		s := t.suite(i, name, took)
		for _, o := range g.outcomes {
			c := junit.Case{Name: strings.TrimPrefix(o.Name, g.name+"/"), Class: class, Time: junit.Seconds(o.Took)}
			if len(o.Problems) > 0 {
				c.Failure = junitOf(string(o.Check), o.Problems)
			}
			s.Add(c)
		}
		if g.lines > 0 {
			s.Properties = append(s.Properties, junit.Property{Name: "coverage", Value: percent(g.reached, g.lines)})
		}
		all.Suites = append(all.Suites, s)
	}
	return all.Write(w)
}

func (t *tested) suite(id int, name string, took time.Duration) junit.Suite {
	s := junit.NewSuite(id, filepath.ToSlash(t.dir), name, t.began, took)
	s.Properties = []junit.Property{{Name: "directory", Value: filepath.ToSlash(t.dir)}}
	if t.broken == nil {
		s.Properties = append(s.Properties, junit.Property{Name: "policy", Value: t.policy.Name + "@" + t.policy.Digest})
	}
	return s
}

func junitOf(kind string, problems []string) *junit.Problem {
	var lines []string
	for _, line := range strings.Split(strings.Join(problems, "\n"), "\n") {
		lines = append(lines, report.Escape(strings.ReplaceAll(line, "\t", "    ")))
	}
	return junit.NewProblem(kind, lines)
}
