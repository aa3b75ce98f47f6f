package catalogue

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Test compares a value with a constant.
type Test struct {
	Operator string // of OPA: "eq", "gt", "internal.member_2", …
	Constant ast.Value
}

// comparison is the place that an expression asks for and nothing else: whether
// it is there and not false, or how it compares with a constant.
func (a aliases) comparison(e *ast.Expr, fixed map[ast.Var]ast.Value) (Place, bool) {
	switch terms := e.Terms.(type) {
	case *ast.Term:
		if path, ok := a.path(terms); ok {
			return Place{path, Test{Operator: holds}}, true
		}
	case []*ast.Term:
		if len(terms) != 3 {
			break
		}
		operator := terms[0].String()
		if path, ok := a.path(terms[1]); ok && tests(operator) {
			if constant := fixedValue(terms[2], fixed); constant != nil {
				return Place{path, Test{operator, constant}}, true
			}
		}
		if path, ok := a.path(terms[2]); ok && operator == ast.Equality.Name {
			if constant := fixedValue(terms[1], fixed); constant != nil {
				return Place{path, Test{operator, constant}}, true
			}
		}
	}
	return Place{}, false
}

// constantsIn are the variables of a body that stand for a constant.
func constantsIn(body ast.Body) map[ast.Var]ast.Value {
	fixed := map[ast.Var]ast.Value{}
	for _, e := range body {
		if v, to, ok := binding(e); ok && ast.IsConstant(to.Value) {
			fixed[v] = to.Value
		}
	}
	return fixed
}

func fixedValue(t *ast.Term, fixed map[ast.Var]ast.Value) ast.Value {
	if v, ok := t.Value.(ast.Var); ok {
		return fixed[v]
	}
	if ast.IsConstant(t.Value) {
		return t.Value
	}
	return nil
}

// impossible reports whether an expression is not true of any input: one of
// constants, such as the parameters of a policy, or one that looks for something
// in a constant that is empty.
func impossible(e *ast.Expr) bool {
	switch terms := e.Terms.(type) {
	case *ast.Term:
		if ast.IsConstant(terms.Value) {
			return (terms.Value.Compare(ast.Boolean(false)) == 0) != e.Negated
		}
	case []*ast.Term:
		if len(terms) == 3 && tests(terms[0].String()) && ast.IsConstant(terms[1].Value) && ast.IsConstant(terms[2].Value) {
			return Test{terms[0].String(), terms[2].Value}.Holds(terms[1].Value) == e.Negated
		}
	}
	return !e.Negated && slices.ContainsFunc(operandsOf(e), nowhere)
}

// nowhere reports whether a reference leads into a constant that is empty, such
// as a list that a policy does not give.
func nowhere(t *ast.Term) bool {
	ref, ok := t.Value.(ast.Ref)
	if !ok || len(ref) < 2 {
		return false
	}
	switch constant := ref[0].Value.(type) {
	case *ast.Array:
		return constant.Len() == 0
	case ast.Object:
		return constant.Len() == 0
	case ast.Set:
		return constant.Len() == 0
	}
	return false
}

// holds is the operator of what must be there and not false.
const holds = "holds"

func tests(operator string) bool {
	switch operator {
	case ast.Equality.Name, ast.Equal.Name, ast.NotEqual.Name, ast.GreaterThan.Name, ast.GreaterThanEq.Name,
		ast.LessThan.Name, ast.LessThanEq.Name, ast.Member.Name:
		return true
	}
	return false
}

// Holds compares as OPA's builtins do.
func (t Test) Holds(value ast.Value) bool {
	switch t.Operator {
	case holds:
		return value != ast.Boolean(false)
	case ast.Equality.Name, ast.Equal.Name:
		return value.Compare(t.Constant) == 0
	case ast.NotEqual.Name:
		return value.Compare(t.Constant) != 0
	case ast.GreaterThan.Name:
		return value.Compare(t.Constant) > 0
	case ast.GreaterThanEq.Name:
		return value.Compare(t.Constant) >= 0
	case ast.LessThan.Name:
		return value.Compare(t.Constant) < 0
	case ast.LessThanEq.Name:
		return value.Compare(t.Constant) <= 0
	case ast.Member.Name:
		return member(value, t.Constant)
	}
	return true
}

func member(value, of ast.Value) bool {
	same := func(t *ast.Term) bool { return t.Value.Compare(value) == 0 }
	switch of := of.(type) {
	case ast.Set:
		return of.Contains(ast.NewTerm(value))
	case *ast.Array:
		return of.Until(same)
	case ast.Object:
		return of.Until(func(_, member *ast.Term) bool { return same(member) })
	}
	return false
}
