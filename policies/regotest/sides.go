package regotest

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// longestSide bounds what is shown of a value.
const longestSide = 500

// sides shows what stood on the two sides of an equation that does not hold: of
// sets, the items that only one of them has. What is right of == is expected.
func sides(event *topdown.Event) string {
	expr, ok := event.Node.(*ast.Expr)
	if !ok || !expr.IsEquality() && !expr.Operator().Equal(ast.Equal.Ref()) || len(expr.Operands()) != 2 {
		return ""
	}
	got, want := bound(event, expr.Operand(0)), bound(event, expr.Operand(1))
	if got == nil || want == nil {
		return ""
	}
	gotSet, isSet := got.(ast.Set)
	wantSet, bothAre := want.(ast.Set)
	if isSet && bothAre {
		return lines("- ", wantSet.Diff(gotSet).Slice()) + lines("+ ", gotSet.Diff(wantSet).Slice())
	}
	return lines("- ", []*ast.Term{ast.NewTerm(want)}) + lines("+ ", []*ast.Term{ast.NewTerm(got)})
}

// bound is what a term stands for; nil when that is not known.
func bound(event *topdown.Event, t *ast.Term) ast.Value {
	value := t.Value
	if name, ok := value.(ast.Var); ok {
		value = event.Locals.Get(name)
	}
	if value == nil || !value.IsGround() {
		return nil
	}
	calculated := true
	ast.WalkTerms(value, func(t *ast.Term) bool {
		switch t.Value.(type) {
		case ast.Ref, ast.Call, *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			calculated = false
		}
		return !calculated
	})
	if !calculated {
		return nil
	}
	return value
}

func lines(sign string, terms []*ast.Term) string {
	var b strings.Builder
	slices.SortFunc(terms, func(a, b *ast.Term) int { return a.Value.Compare(b.Value) })
	for _, t := range terms {
		text := []rune(strings.Join(strings.Fields(t.String()), " "))
		if len(text) > longestSide {
			text = append(text[:longestSide], '…')
		}
		b.WriteString("\n\t" + sign + string(text))
	}
	return b.String()
}
