package catalogue

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// negation refuses `not f(input.x)`: Rego works out the argument first, so where
// input.x is absent the whole body says nothing instead of "not". It is the
// commonest way in which a rule is silent where its author thinks that it speaks.
func negation(rule *ast.Rule, to *problems) {
	parts := partsOf(rule)
	given := parts.given(rule.Body)
	ast.WalkExprs(rule, func(e *ast.Expr) bool {
		terms, call := e.Terms.([]*ast.Term)
		if !e.Negated || !call {
			return false
		}
		compared := operator(terms[0], ast.Equality, ast.Equal)
		for _, operand := range terms[1:] {
			if _, isRef := operand.Value.(ast.Ref); isRef && compared {
				continue // what is compared by == itself is not worked out first
			}
			parts.absent(operand, func(ref ast.Ref) {
				if !given[ref.String()] {
					to.in(e.Location, "negates a call that reads "+ref.String(), "expected a value that is there: where it is absent, "+
						"the call and its negation are both undefined. Read it before (x := object.get(…, …, default)), or make the call "+
						"in a private rule without arguments and negate that", "")
				}
			})
		}
		return false
	})
}

// given are the parts that a body asks for anyway: without them it says nothing
// whatever is negated.
func (p parts) given(body ast.Body) map[string]bool {
	given := map[string]bool{}
	for _, e := range body {
		if e.Negated {
			continue
		}
		for _, t := range operandsOf(e) {
			if ref, ok := t.Value.(ast.Ref); ok && p.reads(t) {
				given[ref.String()] = true
			}
		}
	}
	return given
}

// parts are the variables of a rule that stand for parts of the input.
type parts map[ast.Var]bool

func partsOf(rule *ast.Rule) parts {
	p := parts{}
	for known := -1; known < len(p); {
		known = len(p)
		ast.WalkExprs(rule, func(e *ast.Expr) bool {
			switch terms := e.Terms.(type) {
			case *ast.Every:
				if p.reads(terms.Domain) {
					p.name(terms.Value)
				}
			case *ast.SomeDecl:
				if call, ok := terms.Symbols[0].Value.(ast.Call); ok && p.reads(call[len(call)-1]) {
					p.name(call[len(call)-2]) // the member, not its key
				}
			case []*ast.Term:
				if (e.IsAssignment() || e.IsEquality()) && !e.Negated && p.reads(terms[2]) {
					p.name(terms[1])
				}
			}
			return false
		})
	}
	return p
}

func (p parts) name(t *ast.Term) {
	if v, ok := t.Value.(ast.Var); ok {
		p[v] = true
	}
}

// reads reports whether a term is a part of the input.
func (p parts) reads(t *ast.Term) bool {
	ref, ok := t.Value.(ast.Ref)
	if !ok || len(ref) < 2 {
		return false
	}
	head, _ := ref[0].Value.(ast.Var)
	return p[head] || head == "input" && ref[1].Value != ast.String("params")
}

// absent finds what of an operand may be absent. A comprehension is there even
// when nothing in it is.
func (p parts) absent(operand *ast.Term, found func(ast.Ref)) {
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			return true
		case ast.Ref:
			if p.reads(ast.NewTerm(x)) && !alwaysThere(x) {
				found(x)
			}
			return true
		}
		return false
	}).Walk(operand)
}

// alwaysThere are the fields that no object comes without, and what the engine
// adds.
func alwaysThere(ref ast.Ref) bool {
	switch ref.String() {
	case "input.operation", "input.namespace.name", "input.cronjob.spec.schedule",
		"input.job.metadata", "input.job.spec", "input.pod.metadata", "input.pod.spec":
		return true
	}
	if ref[0].Value == ast.Var("input") || len(ref) != 2 {
		return false
	}
	switch ref[1].Value {
	case ast.String("name"), ast.String("role"), ast.String("quantities"): // of a container, a volume, a variable
		return true
	}
	return false
}

func operator(t *ast.Term, builtins ...*ast.Builtin) bool {
	return slices.ContainsFunc(builtins, func(b *ast.Builtin) bool { return t.Value.Compare(b.Ref()) == 0 })
}
