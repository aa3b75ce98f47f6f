package conformance

import (
	"strings"
	"testing"
)

func TestThePageHasALineForEachCase(t *testing.T) {
	t.Parallel()
	report := Report{Version: "v1.37.2", Rows: []Row{
		{Without: Result{Case: job, Outcome: Passed}, With: Result{Case: job, Outcome: Passed, Asked: Asked{3, 2, 0}}},
		{
			Without: Result{Case: "[sig-apps] Job other [Slow]", Outcome: Passed},
			With:    Result{Outcome: "failed", Asked: Asked{1, 0, 1}}, Note: "refused by `a|b`",
		},
	}}
	var page strings.Builder
	if err := report.WriteTable(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2 cases: 1 pass without the gate and with it, 1 differ",
		"\n| Job should run a job to completion when tasks succeed | passed | passed | 3 | 2 | 0 |  |\n",
		"\n| Job other | passed | failed | 1 | 0 | 1 | refused by `a\\|b` |\n",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no %q in\n%s", want, page.String())
		}
	}
}
