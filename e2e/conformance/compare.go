package conformance

import (
	"fmt"
	"strings"
)

// Row is one case in both runs.
type Row struct {
	Without, With Result
	Note          string // why it differs, or why it does not run here
	Problem       string // what nobody has explained
}

// Same tells whether the gate made no difference.
func (r Row) Same() bool { return r.Without.Outcome == r.With.Outcome }

// Explanations are the cases that may not pass. The keys are names of cases in short.
type Explanations struct {
	Refused map[string]Refusal // with the gate, because a rule is meant to refuse their Jobs
	Unfit   map[string]string  // in both runs, because of the nodes here
}

// Refusal is why a case differs.
type Refusal struct {
	Rule string // that refuses
	Why  string // it is meant to
}

// compare puts the results of both runs side by side, in the order of the run without the gate.
func compare(without, with []Result, explained Explanations) []Row {
	gated := map[string]Result{}
	for _, result := range with {
		gated[result.Case] = result
	}
	var rows []Row
	for _, result := range without {
		row := Row{Without: result, With: Result{Case: result.Case, Outcome: NotRun}}
		if other, ok := gated[result.Case]; ok {
			row.With = other
		}
		row.explain(explained)
		rows = append(rows, row)
	}
	return rows
}

// explain holds a row against what is known of its case. A case that is known to fail and passes is a problem, too: the
// explanation is out of date.
func (r *Row) explain(explained Explanations) {
	name := short(r.Without.Case)
	refusal, mayBeRefused := explained.Refused[name]
	unfit, mayBeUnfit := explained.Unfit[name]
	switch {
	case mayBeRefused && mayBeUnfit:
		r.Problem = "explained twice, as refused and as unfit"
	case mayBeRefused:
		r.Note = fmt.Sprintf("refused by `%s`: %s", refusal.Rule, refusal.Why)
		r.Problem = r.mustBeRefused(refusal)
	case mayBeUnfit:
		r.Note = "does not run here: " + unfit
		if !r.Same() || r.Without.Outcome == Passed {
			r.Problem = "explained as unfit for these nodes, but it is not"
		}
	case !r.Same():
		r.Problem = "differs: " + firstLine(r.With.Failure+r.Without.Failure)
	case r.Without.Outcome != Passed:
		r.Problem = "does not pass in either run: " + firstLine(r.Without.Failure)
	case r.With.Asked.Reviewed == 0:
		r.Problem = "passes without the gate having been asked, which proves nothing"
	}
	if r.Problem == "" && r.Without.Asked != (Asked{}) {
		r.Problem = "met a gate in the run without one"
	}
}

func (r *Row) mustBeRefused(refusal Refusal) string {
	switch {
	case r.Without.Outcome != Passed:
		return "explained as refused by the gate, but does not pass without it: " + firstLine(r.Without.Failure)
	case r.With.Outcome == Passed:
		return "explained as refused by the gate, but passes with it"
	case r.With.Asked.Refused == 0 || !strings.Contains(r.With.Failure, refusal.Rule):
		return fmt.Sprintf("explained as refused by %s, but fails for another reason: %s",
			refusal.Rule, firstLine(r.With.Failure))
	default:
		return ""
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// unused lists the explanations of cases that are not in the suite, as after a new version of Kubernetes.
func unused(rows []Row, explained Explanations) []string {
	known := map[string]bool{}
	for _, row := range rows {
		known[short(row.Without.Case)] = true
	}
	var names []string
	for name := range explained.Refused {
		if !known[name] {
			names = append(names, name)
		}
	}
	for name := range explained.Unfit {
		if !known[name] {
			names = append(names, name)
		}
	}
	return names
}
