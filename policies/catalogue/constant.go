package catalogue

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// with is a copy of the rule's module in which the parameters are constants.
func (r *Rule) with(params map[string]any) (*ast.Module, error) {
	values := map[string]ast.Value{}
	for name, value := range params {
		v, err := ast.InterfaceToValue(value)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", name, err)
		}
		values[name] = v
	}
	module := r.module.Copy()
	module.Annotations, module.Comments = nil, nil // a schema would check parameters that are gone
	for _, rule := range module.Rules {
		for ; rule != nil; rule = rule.Else {
			rule.Annotations = nil
		}
	}
	replace(module, values)
	return module, nil
}

// replace writes values over every input.params.<name>.
func replace(module *ast.Module, values map[string]ast.Value) {
	ast.WalkTerms(module, func(t *ast.Term) bool {
		ref, ok := t.Value.(ast.Ref)
		if !ok || len(ref) < 3 || ref[0].Value != ast.Var("input") || ref[1].Value != ast.String("params") {
			return false
		}
		name, _ := ref[2].Value.(ast.String)
		value, known := values[string(name)]
		if !known {
			t.Value = nothing()
			return true
		}
		t.Value = below(value, ref[3:])
		return false // the keys of what is left may be parameters too
	})
}

// below is what a reference into a constant is: the value it leads to, as far
// as its keys are literal.
func below(value ast.Value, rest ast.Ref) ast.Value {
	for len(rest) > 0 {
		object, isObject := value.(ast.Object)
		if _, isName := rest[0].Value.(ast.String); !isObject || !isName {
			return append(ast.Ref{ast.NewTerm(value)}, rest...)
		}
		next := object.Get(rest[0])
		if next == nil {
			return nothing()
		}
		value, rest = next.Value, rest[1:]
	}
	return value
}

// nothing is a reference that is undefined in every input: an optional key of a
// parameter that is not given.
func nothing() ast.Value { return ast.MustParseRef(`input["no such parameter"]`) }
