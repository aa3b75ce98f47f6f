package regotest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// forTests are the builtins that a test may call besides those of a rule: still
// none that reaches anything outside of it.
func forTests() []string {
	return []string{
		"json.patch", "json.remove", "json.filter", "json.marshal", "json.unmarshal", "yaml.unmarshal", "sprintf", "walk",
		"print", "internal.print", "internal.test_case",
	}
}

// rego runs every test, and says which lines no test reaches.
func (t *tree) rego(ctx context.Context) []Outcome {
	reached := cover.New()
	results, err := t.run(ctx, t.runner().SetCoverageRuns(nil).SetCoverageQueryTracer(reached))
	if err != nil {
		return []Outcome{{Name: "tests", Check: CheckTest, Problems: regoProblems("tests", err)}}
	}
	groups := map[string]string{} // by file
	for _, f := range t.files {
		groups[f.shown] = f.group
	}
	var outcomes []Outcome
	for _, result := range results {
		group := groups[result.Location.File]
		o := Outcome{Name: group + "/" + result.Name, Group: group, Check: CheckTest, Took: result.Duration}
		if !result.Pass() {
			o.Problems = t.failure(ctx, result)
		}
		outcomes = append(outcomes, o)
	}
	return append(outcomes, t.coverage(reached)...)
}

// modules are parsed anew each time: the compiler changes what it is given.
func (t *tree) modules() map[string]*ast.Module {
	modules := map[string]*ast.Module{}
	for _, f := range slices.Concat(t.below, t.files) {
		modules[f.shown] = f.module.Copy()
	}
	return modules
}

func (t *tree) runner() *tester.Runner {
	compiler := ast.NewCompiler().
		WithCapabilities(catalogue.Capabilities(forTests()...)).
		WithStrict(true).
		WithEnablePrintStatements(true)
	runner := tester.NewRunner().SetCompiler(compiler).RaiseBuiltinErrors(true)
	var own []*tester.Builtin
	builtins := catalogue.Builtins()
	for _, name := range slices.Sorted(maps.Keys(builtins)) {
		b := builtins[name]
		own = append(own, &tester.Builtin{Decl: b.Decl, Func: rego.FunctionDyn(
			&rego.Function{Name: b.Decl.Name, Description: b.Decl.Description, Decl: b.Decl.Decl},
			func(bctx rego.BuiltinContext, operands []*ast.Term) (answer *ast.Term, err error) {
				err = b.Func(bctx, operands, func(t *ast.Term) error { answer = t; return nil })
				var own *topdown.Error
				if errors.As(err, &own) { // the name comes before it again
					err = errors.New(strings.TrimPrefix(own.Message, name+": "))
				}
				return answer, err
			},
		)})
	}
	return runner.AddCustomBuiltins(own)
}

func (t *tree) run(ctx context.Context, runner *tester.Runner) ([]*tester.Result, error) {
	running, err := runner.SetModules(t.modules()).RunTests(ctx, nil)
	if err != nil {
		return nil, err
	}
	var results []*tester.Result
	for result := range running {
		results = append(results, result)
	}
	return results, nil
}

// coverage has an outcome for every file that is not a test.
func (t *tree) coverage(reached *cover.Cover) []Outcome {
	report := reached.Report(t.modules())
	var outcomes []Outcome
	for _, f := range t.files {
		if f.test {
			continue
		}
		o := Outcome{Name: f.group + "/coverage", Group: f.group, Check: CheckCoverage}
		if of := report.Files[f.shown]; of != nil {
			o.Reached, o.Lines = of.CoveredLines, of.CoveredLines+of.NotCoveredLines
			told := 0
			for _, missed := range of.NotCovered {
				if missed.Start.Row == told {
					continue
				}
				told = missed.Start.Row
				o.Problems = append(o.Problems, fmt.Sprintf("%s:%d: no test reaches this: %s", f.shown, missed.Start.Row, line(f.text, missed.Start.Row)))
			}
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// line is one line of a text, without indentation.
func line(text []byte, number int) string {
	lines := strings.Split(string(text), "\n")
	if number < 1 || number > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[number-1])
}

// regoProblems are the errors of the parser or compiler, one by one.
func regoProblems(shown string, err error) []string {
	var list ast.Errors
	var one *ast.Error
	if errors.As(err, &one) && one.Message == "empty module" {
		return []string{shown + ":1: the file is empty; expected Rego"}
	}
	if !errors.As(err, &list) {
		return []string{shown + ": " + err.Error()}
	}
	problems := make([]string, len(list))
	for i, e := range list {
		problems[i] = fmt.Sprintf("%s: %s", shown, e.Message)
		if e.Location != nil {
			problems[i] = fmt.Sprintf("%s:%d: %s", e.Location.File, e.Location.Row, e.Message)
		}
		if e.Details != nil {
			for _, detail := range e.Details.Lines() {
				if strings.TrimSpace(detail) != "" {
					problems[i] += "\n\t" + detail
				}
			}
		}
	}
	return problems
}
