package catalogue

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Silent reports whether a rule fills nothing in with these parameters, whatever
// the object is: each of its definitions asks something of the parameters alone
// that is not so. A rule that has no heads is silent.
func (p *Program) Silent(rule *Rule, params map[string]any) bool {
	return !slices.ContainsFunc(rule.Heads, func(h Head) bool {
		return slices.ContainsFunc(p.reached(append(p.Ref(rule.Name, params), headRef(h)...)), mayHold)
	})
}

// mayHold reports whether a definition, or what it is otherwise, is not ruled out
// by constants.
func mayHold(r *ast.Rule) bool {
	return r.Else != nil || !slices.ContainsFunc(r.Body, impossible)
}
