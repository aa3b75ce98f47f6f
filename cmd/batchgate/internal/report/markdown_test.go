package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestMarkdownHasRoomForAllOrSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		most, findings int
		length         int // of each sentence
		all            bool
	}{
		"a few short findings":           {MostMarkdown, 3, 50, true},
		"more than a table has":          {MostMarkdown, 2000, 50, false},
		"long ones for GitHub":           {MostMarkdown, 2000, 5000, false},
		"where much is written already":  {20_000, 300, 500, false},
		"where there is no room for any": {1500, 300, 500, false},
		"where there is no room at all":  {300, 300, 500, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			m := NewMarkdown(&out, Head{}, test.most)
			var s Summary
			for i := range test.findings {
				o := &Object{File: "a.yaml", Line: 1, Kind: "Job", Name: fmt.Sprint(i), Verdict: Refused}
				for _, mode := range []string{Enforce, Warn} {
					o.Findings = append(o.Findings, Finding{Rule: "backoff-limit", Mode: mode, Reached: true, Message: strings.Repeat("|", test.length)})
				}
				o.Changes = []Change{{Rule: "backoff-limit", Field: "spec.backoffLimit", To: []byte("4")}}
				s.Add(o)
				if err := m.Object(o); err != nil {
					t.Fatal(err)
				}
			}
			if err := m.Close(s); err != nil {
				t.Fatal(err)
			}
			if out.Len() > test.most {
				t.Errorf("%d bytes, at most %d", out.Len(), test.most)
			}
			shown := strings.Count(out.String(), "\n| `a.yaml:")
			missing := 0
			for _, found := range regexp.MustCompile(`(\d+) more (findings?|fields?) (is|are) left out`).FindAllStringSubmatch(out.String(), -1) {
				n, err := strconv.Atoi(found[1])
				if err != nil {
					t.Fatal(err)
				}
				missing += n
			}
			if strings.Contains(out.String(), "there is no room for more here") {
				missing = 3*test.findings - shown
			}
			if shown+missing != 3*test.findings || test.all != (missing == 0) {
				t.Errorf("%d rows and %d missing, of %d", shown, missing, 3*test.findings)
			}
			if !strings.HasPrefix(out.String(), "### ❌ batchgate: ") || strings.Count(out.String(), "<details>") != strings.Count(out.String(), "</details>") {
				t.Errorf("begins with %.100q", out.String())
			}
		})
	}
}
