package catalogue

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// folded are the values of what depends on parameters only, such as the amounts
// that a quantity stands for: they are worked out once for a policy and not once
// for each review. module is as it was before it was compiled. A builtin that
// errs here would err in every review, so it is an error of the policy.
func folded(module *ast.Module, compiler *ast.Compiler, compiled *ast.Module) (map[ast.Var]ast.Value, error) {
	values := map[ast.Var]ast.Value{}
	for _, name := range constants(compiled) {
		if shadowed(module, name) {
			continue
		}
		value, err := evaluated(compiler, compiled.Package.Path.Append(ast.StringTerm(string(name))))
		if err != nil {
			return nil, err
		}
		if value != nil {
			values[name] = value
		}
	}
	return values, nil
}

// fold writes values in place of the rules that have them.
func fold(module *ast.Module, values map[ast.Var]ast.Value) {
	if len(values) == 0 {
		return
	}
	module.Rules = slices.DeleteFunc(module.Rules, func(r *ast.Rule) bool {
		_, known := values[r.Head.Ref()[0].Value.(ast.Var)]
		return known
	})
	for _, rule := range module.Rules {
		inline(rule, values)
	}
}

// constants are the private complete rules of a compiled module that neither
// read the input themselves nor by another rule.
func constants(m *ast.Module) []ast.Var {
	varying := map[ast.Var]bool{}
	uses := map[ast.Var][]ast.Var{}
	var names []ast.Var
	for _, rule := range m.Rules {
		name := rule.Head.Ref()[0].Value.(ast.Var)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(rule.Head.Ref()) > 1 || rule.Head.RuleKind() != ast.SingleValue || len(rule.Head.Args) > 0 || !strings.HasPrefix(string(name), "_") {
			varying[name] = true
		}
		ast.WalkRefs(rule, func(ref ast.Ref) bool {
			switch {
			case ref.HasPrefix(ast.InputRootRef):
				varying[name] = true
			case ref.HasPrefix(m.Package.Path) && len(ref) > len(m.Package.Path):
				if used, ok := ref[len(m.Package.Path)].Value.(ast.String); ok {
					uses[name] = append(uses[name], ast.Var(used))
				}
			}
			return false
		})
	}
	for grown := true; grown; {
		grown = false
		for name, used := range uses {
			if !varying[name] && slices.ContainsFunc(used, func(v ast.Var) bool { return varying[v] }) {
				varying[name], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(names, func(v ast.Var) bool { return varying[v] })
}

// longestFold bounds what one rule may take to be worked out. One that takes
// longer is left to the deadline of each review.
const longestFold = 100 * time.Millisecond

// evaluated is the value of a rule without any input, nil when it has none or
// takes too long.
func evaluated(compiler *ast.Compiler, ref ast.Ref) (value ast.Value, err error) {
	const answer = ast.Var("answer")
	body, err := compiler.QueryCompiler().Compile(ast.NewBody(ast.Equality.Expr(ast.NewTerm(ref), ast.NewTerm(answer))))
	if err != nil {
		return nil, err
	}
	ctx, done := context.WithTimeout(context.Background(), longestFold)
	defer done()
	cancel := topdown.NewCancel()
	stop := context.AfterFunc(ctx, cancel.Cancel)
	defer stop()
	err = topdown.NewQuery(body).
		WithCompiler(compiler).
		WithCancel(cancel).
		WithBuiltins(programBuiltins()).
		WithStrictBuiltinErrors(true).
		Iter(ctx, func(r topdown.QueryResult) error {
			value = r[answer].Value
			return nil
		})
	switch {
	case ctx.Err() != nil:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return value, nil
}

// inline writes the values over the names of the rules that had them.
func inline(rule *ast.Rule, values map[ast.Var]ast.Value) {
	ast.WalkTerms(rule, func(t *ast.Term) bool {
		switch v := t.Value.(type) {
		case ast.Var:
			if value, folded := values[v]; folded {
				t.Value = value
				return true
			}
		case ast.Ref:
			name, ok := v[0].Value.(ast.Var)
			if value, folded := values[name]; ok && folded {
				t.Value = below(value, v[1:])
			}
		}
		return false
	})
}

// shadowed reports whether a module has a local variable of a rule's name.
func shadowed(m *ast.Module, name ast.Var) bool {
	found := false
	note := func(x any) {
		ast.WalkVars(x, func(v ast.Var) bool {
			found = found || v == name
			return false
		})
	}
	ast.WalkRules(m, func(r *ast.Rule) bool {
		note(r.Head.Args)
		return false
	})
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		switch terms := e.Terms.(type) {
		case *ast.SomeDecl:
			for _, symbol := range terms.Symbols {
				if call, ok := symbol.Value.(ast.Call); ok {
					note(call[1 : len(call)-1]) // the last is the collection
				} else {
					note(symbol)
				}
			}
		case *ast.Every:
			if terms.Key != nil { // every x in y names no key
				note(terms.Key)
			}
			note(terms.Value)
		case []*ast.Term:
			if e.IsAssignment() {
				note(e.Operand(0))
			}
		}
		return false
	})
	return found
}
