package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// unfolded is a module with its parameters, whose values are not written into it yet.
type unfolded struct {
	variant
	module *ast.Module
	values map[ast.Var]ast.Value
}

// foldAll folds modules. What is not known of them already is worked out by several
// compilers at once, each of some modules: rules do not know one another.
func (c *Catalogue) foldAll(modules map[string]*unfolded) error {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := modules[name]
		if m.values = m.rule.values.of(m.params); m.values == nil {
			names = append(names, name)
		}
	}
	errs := make([]error, len(names)+1)
	shares(len(names), func(from, end int) {
		part := map[string]*ast.Module{}
		for _, name := range names[from:end] {
			part[name] = modules[name].module
		}
		compiler, err := c.compile(part)
		if err != nil {
			errs[from] = err
			return
		}
		for i := from; i < end; i++ {
			m := modules[names[i]]
			if m.values, err = folded(m.module, compiler, compiler.Modules[names[i]]); err != nil {
				rule, _, _ := strings.Cut(names[i], "#")
				errs[i] = fmt.Errorf("rule %s with the parameters of this policy: %w", rule, err)
				return
			}
		}
	}).Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	for _, m := range modules {
		fold(m.module, m.values)
	}
	return nil
}

// Values are what the private rules of a rule come to that depend on its parameters
// only: by the parameters, as their JSON, and by name, as Rego.
type Values map[string]map[string]string

// of are those for one set of parameters, nil where they are not known.
func (v Values) of(params string) map[ast.Var]ast.Value {
	texts, known := v[params]
	if !known {
		return nil
	}
	values := map[ast.Var]ast.Value{}
	for name, text := range texts {
		term, err := ast.ParseTerm(text)
		if err != nil {
			return nil // whoever wrote it did not write what String says; worked out anew
		}
		values[ast.Var(name)] = term.Value
	}
	return values
}

// Fold works out the values of every rule for each of its sets of parameters, by rule.
// A rule that is not in variants is left out.
func (c *Catalogue) Fold(variants map[string][]map[string]any) (map[string]Values, error) {
	modules := map[string]*unfolded{}
	for _, rule := range c.Rules {
		for i, params := range variants[rule.Name] {
			module, err := rule.with(params)
			if err != nil {
				return nil, fmt.Errorf("rule %s: %w", rule.Name, err)
			}
			name := fmt.Sprintf("%s#%d", rule.Name, i)
			modules[name] = &unfolded{variant: variant{rule, paramsKey(params)}, module: named(module, boundRef(name))}
		}
	}
	if err := c.foldAll(modules); err != nil {
		return nil, err
	}
	all := map[string]Values{}
	for _, m := range modules {
		texts := map[string]string{}
		for name, value := range m.values {
			texts[string(name)] = value.String()
		}
		if all[m.rule.Name] == nil {
			all[m.rule.Name] = Values{}
		}
		all[m.rule.Name][m.params] = texts
	}
	return all, nil
}
