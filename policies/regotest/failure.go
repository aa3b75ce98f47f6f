package regotest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// failure says why a test does not pass: what went wrong, and which line of the
// test itself is not true.
func (t *tree) failure(ctx context.Context, result *tester.Result) []string {
	at := fmt.Sprintf("%s:%d", result.Location.File, result.Location.Row)
	var problems []string
	var wrong *topdown.Error
	switch {
	case errors.As(result.Error, &wrong) && wrong.Location != nil:
		problems = append(problems, fmt.Sprintf("%s:%d: %s", wrong.Location.File, wrong.Location.Row, wrong.Message))
	case result.Error != nil:
		problems = append(problems, at+": "+result.Error.Error())
	case result.Skip:
		problems = append(problems, at+": is a test that is never run; expected a name that begins with test_")
	default:
		problems = append(problems, t.untrue(ctx, result, at))
	}
	for _, printed := range strings.Split(strings.TrimSpace(string(result.Output)), "\n") {
		if printed != "" {
			problems = append(problems, at+": prints: "+printed)
		}
	}
	return problems
}

// untrue runs a failed test again to see which expression fails last: those
// before it hold.
func (t *tree) untrue(ctx context.Context, result *tester.Result, at string) string {
	name := "^" + regexp.QuoteMeta(result.Package+"."+result.Name) + "$"
	again, err := t.run(ctx, t.runner().EnableTracing(true).Filter(name))
	if err != nil || len(again) != 1 {
		return at + ": is not true"
	}
	var last *topdown.Event
	for _, event := range again[0].Trace {
		if event.Op == topdown.FailOp && event.Location != nil && event.Location.File == result.Location.File &&
			event.Location.Row >= result.Location.Row {
			last = event
		}
	}
	if last == nil {
		return at + ": is not true"
	}
	text, _, _ := strings.Cut(string(last.Location.Text), "\n")
	return fmt.Sprintf("%s:%d: is not true: %s%s", last.Location.File, last.Location.Row, text, sides(last))
}
