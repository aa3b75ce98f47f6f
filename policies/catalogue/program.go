package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Program is all rules compiled for the parameters that a policy gives them.
// Once its guards are known it is immutable and safe for concurrent use.
type Program struct {
	parts []*ast.Compiler // each has some of the rules and the library; rules do not know one another
	of    map[string]int  // rule -> part

	refs    map[string]map[string]ast.Ref // rule, parameters -> package
	places  []Place
	numbers map[placeKey]int // of places, by what is asked
}

// Compile compiles every rule once for each of its sets of parameters. A rule
// that is not in variants is left out.
func (c *Catalogue) Compile(variants map[string][]map[string]any) (*Program, error) {
	p := &Program{parts: make([]*ast.Compiler, compilers), of: map[string]int{}, refs: map[string]map[string]ast.Ref{}}
	known, now := c.kept.last(), modulesOf{}
	bound, fresh := map[string]*ast.Module{}, map[string]*unfolded{}
	for _, rule := range c.Rules {
		p.refs[rule.Name] = map[string]ast.Ref{}
		for i, params := range variants[rule.Name] {
			v := variant{rule, paramsKey(params)}
			if _, done := now[v]; done {
				continue
			}
			module := known[v]
			if module == nil {
				var err error
				if module, err = rule.with(params); err != nil {
					return nil, fmt.Errorf("rule %s: %w", rule.Name, err)
				}
			}
			name := fmt.Sprintf("%s#%d", rule.Name, i)
			now[v] = named(module, boundRef(name))
			bound[name] = now[v]
			if known[v] == nil {
				fresh[name] = &unfolded{variant: v, module: now[v]}
			}
			p.refs[rule.Name][v.params] = now[v].Package.Path
		}
	}
	if err := c.foldAll(fresh); err != nil {
		return nil, err
	}
	if err := p.compile(c, bound); err != nil {
		return nil, err
	}
	c.kept.set(now)
	return p, nil
}

// compilers is how many share the rules, which are then compiled at once: two halve the
// time until a check begins, and more would cost each review more than they save.
const compilers = 2

// compile compiles modules by their names, those of one rule in one part.
func (p *Program) compile(c *Catalogue, bound map[string]*ast.Module) error {
	split := make([]map[string]*ast.Module, compilers)
	names := slices.Sorted(maps.Keys(bound))
	for i, name := range names {
		rule, _, _ := strings.Cut(name, "#")
		part, known := p.of[rule]
		if !known {
			part = i * compilers / len(names)
			p.of[rule] = part
		}
		if split[part] == nil {
			split[part] = map[string]*ast.Module{}
		}
		split[part][name] = bound[name]
	}
	errs := make([]error, compilers)
	var all sync.WaitGroup
	for i := range compilers {
		all.Go(func() { p.parts[i], errs[i] = c.compile(split[i]) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// Compiler is the one that a rule was compiled by.
func (p *Program) Compiler(rule string) *ast.Compiler { return p.parts[p.of[rule]] }

// compile compiles the library with copies of the given modules.
func (c *Catalogue) compile(bound map[string]*ast.Module) (*ast.Compiler, error) {
	modules := c.modules()
	for name, module := range bound {
		modules[name] = module.Copy()
	}
	compiler := ast.NewCompiler().
		WithCapabilities(Capabilities()).
		WithDefaultRegoVersion(ast.RegoV1).
		WithSkipStages(known()...).
		SetErrorLimit(0)
	compiler.Compile(modules)
	if compiler.Failed() {
		to := &problems{}
		to.rego("", compiler.Errors)
		return nil, to.err()
	}
	to := &problems{}
	for _, module := range compiler.Modules {
		copies(module, to)
	}
	withinBounds(compiler)
	return compiler, to.err()
}

// known are the stages that find nothing in rules that were checked as they were
// written.
func known() []ast.StageID {
	return []ast.StageID{
		ast.StageCheckUnusedImports, ast.StageCheckKeywordOverrides, ast.StageCheckDuplicateImports, ast.StageCheckVoidCalls,
		ast.StageCheckRuleConflicts, ast.StageCheckUndefinedFuncs, ast.StageCheckTypes, ast.StageCheckUnsafeBuiltins,
		ast.StageCheckDeprecatedBuiltins, ast.StageBuildRequiredCapabilities,
	}
}

// Builtins are those that a program calls besides OPA's own, for topdown.
func (p *Program) Builtins() map[string]*topdown.Builtin { return programBuiltins() }

func boundRef(name string) ast.Ref {
	return ast.Ref{ast.DefaultRootDocument, ast.StringTerm("batchgate"), ast.StringTerm("bound"), ast.StringTerm(name)}
}

// Ref is the package of a rule with one set of parameters, nil when it was not
// compiled for it. The caller may append to it.
func (p *Program) Ref(rule string, params map[string]any) ast.Ref {
	return slices.Clip(p.refs[rule][paramsKey(params)])
}

// Constant is the value that a rule always gives for a ground head, whatever
// the object is; false when it depends on the object.
func (p *Program) Constant(rule string, params map[string]any, head Head) (ast.Value, bool) {
	var value ast.Value
	for _, r := range p.Compiler(rule).GetRulesExact(append(p.Ref(rule, params), headRef(head)...)) {
		if value != nil || r.Else != nil || !unconditional(r) || !ast.IsConstant(r.Head.Value.Value) {
			return nil, false
		}
		value = r.Head.Value.Value
	}
	return value, value != nil
}

func headRef(h Head) ast.Ref {
	ref := ast.Ref{ast.StringTerm("defaults")}
	for _, part := range h.Path {
		ref = append(ref, ast.StringTerm(part))
	}
	return ref
}

// unconditional reports whether the rule has no `if`.
func unconditional(r *ast.Rule) bool {
	if len(r.Body) != 1 {
		return false
	}
	t, ok := r.Body[0].Terms.(*ast.Term)
	return ok && !r.Body[0].Negated && t.Value == ast.Boolean(true)
}
