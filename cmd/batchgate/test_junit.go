package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// testJUnit is the report as CI systems read it: a suite for each rule. It keeps
// to what the XML Schema of Ant's reports, the strictest one in use, allows, so
// that every other reader takes it too.
type testJUnit struct{}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	ID         int             `xml:"id,attr"`
	Package    string          `xml:"package,attr"`
	Name       string          `xml:"name,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
	Err        string          `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Error   *junitProblem `xml:"error"`
	Failure *junitProblem `xml:"failure"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func (testJUnit) write(w io.Writer, t *tested) error {
	suites := junitSuites{}
	if t.broken != nil {
		problem := junitOf("load", strings.Split(t.broken.Error(), "\n"))
		suites.Suites = append(suites.Suites, t.suite(0, "policy", t.took, []junitCase{{Name: "load", Class: "policy", Time: seconds(t.took), Error: problem}}))
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
		var cases []junitCase
		for _, o := range g.outcomes {
			c := junitCase{Name: strings.TrimPrefix(o.Name, g.name+"/"), Class: class, Time: seconds(o.Took)}
			if len(o.Problems) > 0 {
				c.Failure = junitOf(string(o.Check), o.Problems)
			}
			took += o.Took
			cases = append(cases, c)
		}
		s := t.suite(i, name, took, cases)
		if g.lines > 0 {
			s.Properties = append(s.Properties, junitProperty{Name: "coverage", Value: percent(g.reached, g.lines)})
		}
		suites.Suites = append(suites.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (t *tested) suite(id int, name string, took time.Duration, cases []junitCase) junitSuite {
	s := junitSuite{
		ID: id, Package: filepath.ToSlash(t.dir), Name: name, Time: seconds(took),
		Timestamp:  t.began.UTC().Format("2006-01-02T15:04:05"),
		Hostname:   "localhost", // where it ran says nothing
		Properties: []junitProperty{{Name: "directory", Value: filepath.ToSlash(t.dir)}},
		Tests:      len(cases), Cases: cases,
	}
	for _, c := range cases {
		if c.Error != nil {
			s.Errors++
		}
		if c.Failure != nil {
			s.Failures++
		}
	}
	if t.broken == nil {
		s.Properties = append(s.Properties, junitProperty{Name: "policy", Value: t.policy.Name + "@" + t.policy.Digest})
	}
	return s
}

// junitOf leads with the first line, which is what most readers show.
func junitOf(kind string, problems []string) *junitProblem {
	var lines []string
	for _, line := range strings.Split(strings.Join(problems, "\n"), "\n") {
		lines = append(lines, report.Escape(strings.ReplaceAll(line, "\t", "    ")))
	}
	return &junitProblem{Message: lines[0], Type: kind, Text: strings.Join(lines, "\n")}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
