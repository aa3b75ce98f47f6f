package catalogue

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/batchgate/batchgate/policies/schedule"
)

const nextRunName = "batchgate.next_run"

// nextRun is batchgate.next_run(schedule, timeZone, after): the first run after
// a moment, undefined when there is none within five years. It does not read the
// clock: a rule that wants to know the next run from now on says input.now.
func nextRun() *ast.Builtin {
	return &ast.Builtin{
		Name:        nextRunName,
		Description: "The first run of a CronJob's schedule after a moment; undefined when there is none within five years.",
		Decl: types.NewFunction(
			types.Args(
				types.Named("schedule", types.S).Description("the schedule, such as 0 2 * * * or @daily"),
				types.Named("timeZone", types.S).Description("the time zone it is in; empty is UTC"),
				types.Named("after", types.S).Description("the moment, in the form of RFC 3339"),
			),
			types.Named("run", types.S).Description("the moment of the run in UTC, in the form of RFC 3339"),
		),
	}
}

func evaluateNextRun(_ topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
	var texts [3]string
	for i := range texts {
		text, err := textOperand(nextRunName, operands, i)
		if err != nil {
			return err
		}
		texts[i] = text
	}
	run, ok, err := runAfter(texts[0], texts[1], texts[2])
	if err != nil {
		return &topdown.Error{Code: topdown.BuiltinErr, Message: nextRunName + ": " + err.Error()}
	}
	if !ok {
		return nil
	}
	return iter(ast.StringTerm(run.UTC().Format(time.RFC3339)))
}

func runAfter(text, zone, after string) (time.Time, bool, error) {
	s, err := schedule.Parse(text)
	if err != nil {
		return time.Time{}, false, err
	}
	if s, err = s.In(zone); err != nil {
		return time.Time{}, false, err
	}
	moment, err := time.Parse(time.RFC3339, after)
	if err != nil {
		return time.Time{}, false, err
	}
	run, ok := s.Next(moment.UTC())
	return run, ok, nil
}
