package catalogue

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxCopies is how many values a literal of a rule may come to, what its variables
// stand for included. OPA writes a literal out whole when it uses it: forty lines that
// each say `b := [a, a]` are a trillion values, and no deadline stops that.
const maxCopies = 1 << 16

// copies finds a variable of a compiled module that stands for too many values.
func copies(module *ast.Module, to *problems) {
	for _, rule := range module.Rules {
		made := weights{}
		var literals []*ast.Expr
		ast.WalkExprs(rule, func(e *ast.Expr) bool {
			if e.IsEquality() || e.IsAssignment() {
				literals = append(literals, e)
			}
			return false
		})
		for grown := true; grown; {
			grown = false
			for _, e := range literals {
				for i, t := range e.Operands() {
					name, ok := t.Value.(ast.Var)
					if !ok {
						continue
					}
					weight := made.of(e.Operand(1 - i))
					if weight <= made[name] {
						continue
					}
					if weight > maxCopies {
						to.in(e.Location, fmt.Sprintf("makes a value of more than %d parts", maxCopies), "expected fewer copies of one value in another", "")
						return
					}
					made[name], grown = weight, true
				}
			}
		}
	}
}

// weights are how many values variables stand for, where it is more than one.
type weights map[ast.Var]int

func (w weights) of(t *ast.Term) int {
	sum := 1
	switch v := t.Value.(type) {
	case ast.Var:
		return max(w[v], 1)
	case *ast.Array, ast.Set, ast.Object:
		each(t, func(e *ast.Term) bool {
			sum += w.of(e)
			return sum <= maxCopies
		})
	}
	return sum
}
