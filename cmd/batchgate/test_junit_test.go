package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/junit"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/regotest"
)

// junitElement is what the XML Schema of Ant's JUnit reports says of an element:
// the attributes it must and may have, and its children, as a regular expression
// over their names.
type junitElement struct {
	must, may []string
	children  string
}

func junitSchema() map[string]junitElement {
	return map[string]junitElement{
		"testsuites": {children: `(testsuite )*`},
		"testsuite": {
			must:     []string{"errors", "failures", "hostname", "id", "name", "package", "tests", "time", "timestamp"},
			may:      []string{"skipped"},
			children: `properties (testcase )*system-out system-err `,
		},
		"properties": {children: `(property )*`},
		"property":   {must: []string{"name", "value"}},
		"testcase":   {must: []string{"classname", "name", "time"}, children: `(skipped |error |failure )?`},
		"error":      {must: []string{"type"}, may: []string{"message"}},
		"failure":    {must: []string{"type"}, may: []string{"message"}},
		"system-out": {}, "system-err": {},
	}
}

// junitTypes are the values that an attribute may have.
func junitTypes() map[string]string {
	return map[string]string{
		"timestamp": `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`, "time": `\d+\.\d+`,
		"id": `\d+`, "tests": `\d+`, "errors": `\d+`, "failures": `\d+`, "skipped": `\d+`,
		"name": `\S+( \S+)*`, "classname": `\S+( \S+)*`, "package": `\S+( \S+)*`, "hostname": `\S+( \S+)*`,
	}
}

// checkJUnit holds a report to the schema.
func checkJUnit(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	var open, children []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if len(children) > 0 {
				children[len(children)-1] += name + " "
			}
			open, children = append(open, name), append(children, "")
			element, known := junitSchema()[name]
			if !known {
				t.Fatalf("there is no element %s", name)
			}
			attributes := map[string]string{}
			for _, a := range token.Attr {
				attributes[a.Name.Local] = a.Value
				if pattern := junitTypes()[a.Name.Local]; pattern != "" && name != "property" && !regexp.MustCompile("^"+pattern+"$").MatchString(a.Value) {
					t.Errorf("%s of %s is %q", a.Name.Local, name, a.Value)
				}
			}
			for _, optional := range element.may {
				delete(attributes, optional)
			}
			if diff := cmp.Diff(element.must, slices.Sorted(maps.Keys(attributes))); diff != "" {
				t.Errorf("attributes of %s (-schema +report)\n%s", name, diff)
			}
		case xml.EndElement:
			last := len(open) - 1
			if pattern := "^" + junitSchema()[open[last]].children + "$"; !regexp.MustCompile(pattern).MatchString(children[last]) {
				t.Errorf("%s has the children %q, the schema %s", open[last], children[last], pattern)
			}
			open, children = open[:last], children[:last]
		}
	}
}

func TestTheJUnitReportIsWhatTheSchemaAllows(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 5, 4, 3, 2, 1, 0, time.FixedZone("", 3600))
	for name, test := range map[string]*tested{
		"a policy that does not load": {dir: "policy", began: began, broken: errors.New("policy.yaml:1:1: <is> \x1b[2Jwrong\nand \"so\" on")},
		"no rules":                    {dir: "policy", began: began, outcomes: []regotest.Outcome{{Name: "load", Check: regotest.CheckLoad}}},
		"rules, a library and what belongs to none": {
			dir: "a policy", began: began, took: time.Second, policy: engine.Identity{Name: "platform", Digest: "01234567"},
			outcomes: []regotest.Outcome{
				{Name: "load", Check: regotest.CheckLoad},
				{Name: "tests", Check: regotest.CheckTest, Problems: []string{"a.rego:1: none of it\n\tcan be < compiled"}},
				{Name: "team/test_allows_a", Group: "team", Check: regotest.CheckTest, Took: 1500 * time.Microsecond},
				{Name: "team/test_allows_b", Group: "team", Check: regotest.CheckTest, Problems: []string{"a.rego:1: no", "a.rego:2: & \x00 again"}},
				{Name: "team/coverage", Group: "team", Check: regotest.CheckCoverage, Reached: 1, Lines: 3},
				{Name: "lib/named/style", Group: "lib/named", Check: regotest.CheckStyle},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := (testJUnit{}).write(&out, test); err != nil {
				t.Fatal(err)
			}
			checkJUnit(t, out.String())
			var got junit.Report
			if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			failures, failed := 0, len(regotest.Failed(test.outcomes))
			for i, s := range got.Suites {
				failures += s.Failures
				if s.ID != i || s.Tests != len(s.Cases) || s.Timestamp != "2026-05-04T02:02:01" {
					t.Errorf("suite %d is %+v", i, s)
				}
			}
			if failures != failed {
				t.Errorf("%d failures are reported, there are %d", failures, failed)
			}
			if strings.ContainsAny(out.String(), "\x00\x1b") {
				t.Error("the report has control characters")
			}
		})
	}
}
