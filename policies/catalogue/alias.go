package catalogue

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// aliases are the variables of a compiled module that stand for a place in the
// input, each with every place that it may stand for. The compiler gives all
// variables of a module different names.
type aliases map[ast.Var][][]string

// only reports whether a variable stands for one path and nothing else.
func (a aliases) only(v ast.Var, path []string) bool {
	return len(a[v]) == 1 && slices.Equal(a[v][0], path)
}

// aliasesOf follows the variables of a compiled module: what
// `some c in input.containers` and `c.image` become.
func aliasesOf(m *ast.Module) aliases {
	a := aliases{}
	for grown := true; grown; {
		grown = false
		note := func(v ast.Var, path []string) {
			if !slices.ContainsFunc(a[v], func(known []string) bool { return slices.Equal(known, path) }) {
				a[v] = append(a[v], path)
				grown = true
			}
		}
		ast.WalkExprs(m, func(e *ast.Expr) bool {
			if v, to, ok := binding(e); ok {
				for _, path := range a.paths(to) {
					note(v, path)
				}
			}
			if every, ok := e.Terms.(*ast.Every); ok {
				if v, ok := every.Value.Value.(ast.Var); ok {
					for _, path := range a.paths(every.Domain) {
						note(v, append(slices.Clip(path), "*"))
					}
				}
			}
			return false
		})
	}
	return a
}

// paths are the places of the input that a term stands for.
func (a aliases) paths(t *ast.Term) [][]string {
	switch v := t.Value.(type) {
	case ast.Var:
		return a[v]
	case ast.Ref:
		head, ok := v[0].Value.(ast.Var)
		if !ok {
			return nil
		}
		bases := a[head]
		if head == "input" {
			bases = [][]string{{}}
		}
		var found [][]string
		for _, base := range bases {
			if len(base)+len(v) > deepestPath {
				base = base[:0] // a rule that goes round in circles reads everything
			}
			found = append(found, append(slices.Clip(base), operands(v)...))
		}
		return found
	}
	return nil
}

// deepestPath is longer than any path of the input, whose recursive parts are
// not in the schema.
const deepestPath = 40

// operands are the keys of a reference below its head; "*" for one that is not
// the name of a field.
func operands(ref ast.Ref) []string {
	keys := make([]string, 0, len(ref)-1)
	for _, term := range ref[1:] {
		if name, ok := term.Value.(ast.String); ok {
			keys = append(keys, string(name))
		} else {
			keys = append(keys, "*")
		}
	}
	return keys
}

// binding is an expression `variable = term`, as the compiler writes it.
func binding(e *ast.Expr) (v ast.Var, to *ast.Term, ok bool) {
	if !e.IsEquality() && !e.IsAssignment() || e.Negated {
		return "", nil, false
	}
	left, right := e.Operand(0), e.Operand(1)
	if v, ok = left.Value.(ast.Var); ok {
		return v, right, true
	}
	if v, ok = right.Value.(ast.Var); ok {
		return v, left, true
	}
	return "", nil, false
}
