package conformance

import (
	"strings"
	"testing"
)

const job = "[sig-apps] Job should run a job to completion when tasks succeed"

func TestACaseIsHeldAgainstWhatIsKnownOfIt(t *testing.T) {
	t.Parallel()
	met := Asked{Reviewed: 3, Filled: 1}
	passed := Result{Case: job, Outcome: Passed}
	gated := Result{Case: job, Outcome: Passed, Asked: met}
	failed := Result{Case: job, Outcome: "failed", Failure: "timed out\nand more"}
	refusedBy := func(rule string) Result {
		return Result{
			Case: job, Outcome: "failed", Failure: "admission webhook denied the request: " + rule + ": …",
			Asked: Asked{Reviewed: 1, Refused: 1},
		}
	}
	refusal := Explanations{Refused: map[string]Refusal{short(job): {Rule: "backoff-limit", Why: "it is endless"}}}
	unfit := Explanations{Unfit: map[string]string{short(job): "nothing is mounted"}}
	for name, test := range map[string]struct {
		without, with Result
		explained     Explanations
		problem       string // "" is none
	}{
		"a case that passes in both runs is the same": {
			without: passed, with: gated,
		},
		"a case that never met the gate proves nothing": {
			without: passed, with: passed, problem: "without the gate having been asked",
		},
		"a run without a gate must not meet one": {
			without: gated, with: gated, problem: "met a gate",
		},
		"a case that fails only with the gate is a problem": {
			without: passed, with: failed, problem: "differs: timed out",
		},
		"a case that fails only without the gate is a problem": {
			without: failed, with: gated, problem: "differs: timed out",
		},
		"a case that fails in both runs is a problem, although it is the same": {
			without: failed, with: failed, problem: "does not pass in either run: timed out",
		},
		"a case that is refused as explained is none": {
			without: passed, with: refusedBy("backoff-limit"), explained: refusal,
		},
		"a case that another rule refuses is a problem": {
			without: passed, with: refusedBy("restart-policy"), explained: refusal, problem: "fails for another reason",
		},
		"a case that fails without a refusal is a problem, whatever its text says": {
			without: passed, with: Result{Case: job, Outcome: "failed", Failure: "backoff-limit"}, explained: refusal,
			problem: "fails for another reason",
		},
		"a refusal that does not happen is out of date": {
			without: passed, with: gated, explained: refusal, problem: "but passes with it",
		},
		"a refusal explains nothing of a case that fails anyway": {
			without: failed, with: refusedBy("backoff-limit"), explained: refusal, problem: "does not pass without it",
		},
		"a case that cannot run on these nodes fails in both runs": {
			without: failed, with: failed, explained: unfit,
		},
		"a case that passes is not unfit": {
			without: passed, with: gated, explained: unfit, problem: "but it is not",
		},
		"being unfit does not explain a difference": {
			without: failed, with: gated, explained: unfit, problem: "but it is not",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := compare([]Result{test.without}, []Result{test.with}, test.explained)
			if len(rows) != 1 {
				t.Fatalf("%d rows, expected 1", len(rows))
			}
			got := rows[0].Problem
			if (got == "") != (test.problem == "") || !strings.Contains(got, test.problem) {
				t.Errorf("problem %q, expected %q", got, test.problem)
			}
		})
	}
}

func TestACaseThatTheSecondRunLostIsAProblem(t *testing.T) {
	t.Parallel()
	rows := compare([]Result{{Case: job, Outcome: Passed}}, nil, Explanations{})
	if rows[0].Problem == "" {
		t.Error("no problem, expected one")
	}
}

func TestAnExplanationOfACaseThatThereIsNotIsOutOfDate(t *testing.T) {
	t.Parallel()
	report := Report{Unused: unused(nil, Explanations{Unfit: map[string]string{"gone": "why"}})}
	if got := report.Problems(); len(got) != 1 || !strings.Contains(got[0], "gone") {
		t.Errorf("problems %q, expected one that names it", got)
	}
}

func TestEveryExplanationHasItsWords(t *testing.T) {
	t.Parallel()
	for name, refusal := range explained().Refused {
		if refusal.Rule == "" || refusal.Why == "" {
			t.Errorf("%s: rule %q, why %q: expected both", name, refusal.Rule, refusal.Why)
		}
	}
	for name, why := range explained().Unfit {
		if why == "" {
			t.Errorf("%s: no reason", name)
		}
	}
}
