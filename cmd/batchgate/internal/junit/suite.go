package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Report is all suites.
type Report struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []Suite  `xml:"testsuite"`
}

// Suite is a group of cases. Count fills in the numbers.
type Suite struct {
	ID         int        `xml:"id,attr"`
	Package    string     `xml:"package,attr"`
	Name       string     `xml:"name,attr"`
	Timestamp  string     `xml:"timestamp,attr"`
	Hostname   string     `xml:"hostname,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Time       string     `xml:"time,attr"`
	Properties []Property `xml:"properties>property"`
	Cases      []Case     `xml:"testcase"`
	Out        string     `xml:"system-out"`
	Err        string     `xml:"system-err"`
}

// Property is something that is known of a suite.
type Property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// Case is one test.
type Case struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    string   `xml:"time,attr"`
	Skipped *Skip    `xml:"skipped"`
	Error   *Problem `xml:"error"`
	Failure *Problem `xml:"failure"`
}

// Skip marks a case that was not run.
type Skip struct{}

// Problem is why a case failed.
type Problem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// NewSuite is a suite that began at a time and took a while. Where it ran says
// nothing.
func NewSuite(id int, of, name string, began time.Time, took time.Duration) Suite {
	return Suite{
		ID: id, Package: of, Name: name, Timestamp: began.UTC().Format("2006-01-02T15:04:05"), Hostname: "localhost", Time: Seconds(took),
	}
}

// Add takes a case and counts it.
func (s *Suite) Add(c Case) {
	s.Tests++
	switch {
	case c.Error != nil:
		s.Errors++
	case c.Failure != nil:
		s.Failures++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// NewProblem leads with the first line, which is what most readers show. The lines
// hold nothing that XML cannot.
func NewProblem(kind string, lines []string) *Problem {
	return &Problem{Message: lines[0], Type: kind, Text: strings.Join(lines, "\n")}
}

// Write writes the report.
func (r Report) Write(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// Seconds is a duration as the schema has it.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
