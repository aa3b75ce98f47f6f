package catalogue

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Guard says of which inputs a rule can have anything to say, as far as that
// shows without evaluating it: a definition of it that needs what is not there
// cannot hold. Any one clause must hold; nil is a rule that may always have.
type Guard []Clause

// Clause is what one definition needs at least.
type Clause struct {
	Needs []int // places, as in Program.Places, that must be there
	Lacks []int // places that must be absent or false
	Any   []Guard
}

// MostPlaces is how many places guards may ask for. Rules beyond that are always
// evaluated.
const MostPlaces = 256

// Places are the places of the input that guards ask for. "*" is any item of a
// list or member of an object.
func (p *Program) Places() [][]string { return p.places }

// Guard is that of what lies at a reference: a rule's deny, or one of its heads.
func (p *Program) Guard(ref ast.Ref) Guard {
	g := guarding{program: p, going: map[string]bool{}}
	return g.at(ref)
}

// guarding is the work on one guard.
type guarding struct {
	program *Program
	going   map[string]bool // what is being worked out, by reference
}

// at is the guard of the rules at or above a reference.
func (g *guarding) at(ref ast.Ref) Guard {
	key := ref.String()
	rules := g.program.Compiler.GetRules(ref)
	if len(rules) == 0 || g.going[key] {
		return nil
	}
	g.going[key] = true
	defer delete(g.going, key)
	var guard Guard
	for _, rule := range rules {
		if rule.Default || len(rule.Head.Args) > 0 {
			return nil
		}
		for ; rule != nil; rule = rule.Else {
			c := g.clause(rule)
			if len(c.Needs)+len(c.Lacks)+len(c.Any) == 0 {
				return nil
			}
			guard = append(guard, c)
		}
	}
	return guard
}

func (g *guarding) clause(rule *ast.Rule) Clause {
	names := aliasesIn(rule.Body)
	var c Clause
	for _, e := range rule.Body {
		if e.Negated {
			if t, ok := e.Terms.(*ast.Term); ok {
				if path, ok := names.place(t); ok && !slices.Contains(path, "*") {
					c.Lacks = g.program.place(c.Lacks, path)
				}
			}
			continue
		}
		for _, t := range operandsOf(e) {
			if path, ok := names.place(t); ok {
				c.Needs = g.program.place(c.Needs, path)
				continue
			}
			if ref, ok := t.Value.(ast.Ref); ok && ref.HasPrefix(rule.Module.Package.Path) {
				if any := g.reference(ref); any != nil {
					c.Any = append(c.Any, any)
				}
			}
		}
	}
	return c
}

// reference is the guard of a private rule that a body refers to. A set or an
// object as a whole is there even when it is empty.
func (g *guarding) reference(ref ast.Ref) Guard {
	for _, rule := range g.program.Compiler.GetRules(ref) {
		head := len(rule.Module.Package.Path) + len(rule.Head.Ref())
		if rule.Head.RuleKind() == ast.MultiValue {
			head++
		}
		if len(ref) < head {
			return nil
		}
	}
	return g.at(ref)
}

// aliasesIn are the variables of a body that stand for a place because an
// expression that must hold says so; what a comprehension says need not hold.
func aliasesIn(body ast.Body) aliases {
	a := aliases{}
	for grown := true; grown; {
		grown = false
		for _, e := range body {
			v, to, ok := binding(e)
			if !ok || len(a[v]) > 0 {
				continue
			}
			if path, ok := a.place(to); ok {
				a[v], grown = [][]string{path}, true
			}
		}
	}
	return a
}

// operandsOf are the terms that must be defined for an expression to hold.
func operandsOf(e *ast.Expr) []*ast.Term {
	switch terms := e.Terms.(type) {
	case *ast.Term:
		return []*ast.Term{terms}
	case []*ast.Term:
		return terms[1:]
	}
	return nil
}

// place is the one place of the input that a reference stands for, with "*"
// for what is not known before the evaluation.
func (a aliases) place(t *ast.Term) ([]string, bool) {
	if _, ok := t.Value.(ast.Ref); !ok {
		return nil, false
	}
	paths := a.paths(t)
	if len(paths) != 1 || len(paths[0]) == 0 {
		return nil, false
	}
	return paths[0], true
}

// place adds the number of a place to those of a clause.
func (p *Program) place(to []int, path []string) []int {
	key := strings.Join(path, "\x00")
	n, known := p.numbers[key]
	if !known {
		if n = len(p.places); n == MostPlaces {
			return to
		}
		if p.numbers == nil {
			p.numbers = map[string]int{}
		}
		p.numbers[key] = n
		p.places = append(p.places, path)
	}
	if slices.Contains(to, n) {
		return to
	}
	return append(to, n)
}
