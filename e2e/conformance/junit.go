package conformance

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// readReport reads the cases of a JUnit report that the suite writes. It names every case there is, also those that
// were not chosen, as skipped without a reason; these are left out.
func readReport(report io.Reader) ([]Result, error) {
	var document struct {
		Suites []struct {
			Cases []struct {
				Name    string   `xml:"name,attr"`
				Status  string   `xml:"status,attr"`
				Seconds float64  `xml:"time,attr"`
				Failure *problem `xml:"failure"`
				Error   *problem `xml:"error"`
				Skipped *problem `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.NewDecoder(report).Decode(&document); err != nil {
		return nil, fmt.Errorf("JUnit report: %w", err)
	}
	var results []Result
	for _, suite := range document.Suites {
		for _, c := range suite.Cases {
			name, ok := strings.CutPrefix(c.Name, "[It] ")
			if !ok {
				continue // the start and the end of the suite
			}
			result := Result{
				Case:    name,
				Outcome: Outcome(c.Status),
				Took:    time.Duration(c.Seconds * float64(time.Second)),
			}
			for _, problem := range []*problem{c.Failure, c.Error, c.Skipped} {
				if problem != nil {
					result.Failure = strings.TrimSpace(problem.Message + "\n" + problem.Text)
				}
			}
			if result.Outcome == Skipped && !strings.HasPrefix(result.Failure, "skipped - ") {
				continue
			}
			results = append(results, result)
		}
	}
	return results, nil
}

type problem struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}
