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

// Place is a place of the input that guards ask for, and what must be true of
// its value.
type Place struct {
	Path []string // "*" is any item of a list or member of an object
	Test Test     // the zero value is true of any value
}

// MostPlaces is how many places guards may ask for. What rules ask beyond that
// is always evaluated.
const MostPlaces = 512

// Places are the places of the input that guards ask for, by number.
func (p *Program) Places() []Place { return p.places }

// Guard is that of what lies at a reference: a rule's deny, or one of its heads.
func (p *Program) Guard(ref ast.Ref) Guard {
	g := guarding{program: p, known: map[string]sized{}}
	return g.at(ref).guard
}

// guarding is the work on one guard.
type guarding struct {
	program *Program
	known   map[string]sized // by reference; one that is being worked out is always asked
}

// sized is a guard and what it costs to look at: how many clauses it has when
// those that it shares are counted each time.
type sized struct {
	guard Guard
	size  int
}

// largestGuard is where asking costs more than the rule.
const largestGuard = 64

// at is the guard of the rules that a reference may reach.
func (g *guarding) at(ref ast.Ref) sized {
	key := ref.String()
	if known, ok := g.known[key]; ok {
		return known
	}
	g.known[key] = sized{}
	var all sized
	for _, rule := range g.program.reached(ref) {
		if rule.Default || len(rule.Head.Args) > 0 {
			return sized{}
		}
		for ; rule != nil; rule = rule.Else {
			c, size := g.clause(rule)
			if all.size += size; size == 0 || all.size > largestGuard {
				return sized{}
			}
			all.guard = append(all.guard, c)
		}
	}
	g.known[key] = all
	return all
}

// reached are the rules at, above and below a reference. A part of a head that
// is worked out may be anything.
func (p *Program) reached(ref ast.Ref) []*ast.Rule {
	for _, compiler := range p.parts {
		var found []*ast.Rule
		for _, m := range compiler.Modules {
			pkg := m.Package.Path
			if !ref.HasPrefix(pkg) || len(ref) == len(pkg) {
				continue
			}
			for _, rule := range m.Rules {
				if meets(rule.Head.Ref(), ref[len(pkg):]) {
					found = append(found, rule)
				}
			}
		}
		if len(found) > 0 {
			return found // what other parts have of the library is the same
		}
	}
	return nil
}

// meets reports whether the head of a rule and a reference into its package may
// lead to the same value.
func meets(head, ref ast.Ref) bool {
	for i := range min(len(head), len(ref)) {
		a, b := head[i].Value, ref[i].Value
		if i == 0 { // a name, which a head has as a variable
			a = ast.String(a.(ast.Var))
		}
		if ast.IsConstant(a) && ast.IsConstant(b) && a.Compare(b) != 0 {
			return false
		}
	}
	return true
}

// clause is what a definition needs; size 0 is nothing.
func (g *guarding) clause(rule *ast.Rule) (c Clause, size int) {
	names, fixed := aliasesIn(rule.Body), constantsIn(rule.Body)
	for _, e := range rule.Body {
		if impossible(e) {
			return Clause{Needs: g.program.place(nil, Place{Path: []string{"nowhere"}})}, 1 // no input has that
		}
		place, known := names.comparison(e, fixed)
		switch {
		case e.Negated:
			if place.Test.Operator == holds {
				place.Test = Test{} // what is false is as good as absent, which presence knows
			}
			if known && !slices.Contains(place.Path, "*") {
				c.Lacks = g.program.place(c.Lacks, place)
			}
			continue
		case known:
			c.Needs = g.program.place(c.Needs, place)
			continue
		}
		for _, t := range operandsOf(e) {
			if path, ok := names.path(t); ok {
				c.Needs = g.program.place(c.Needs, Place{Path: path})
				continue
			}
			if ref, ok := t.Value.(ast.Ref); ok && ref.HasPrefix(rule.Module.Package.Path) {
				if below := g.reference(ref); below.guard != nil {
					c.Any = append(c.Any, below.guard)
					size += below.size
				}
			}
		}
	}
	if len(c.Needs)+len(c.Lacks)+len(c.Any) == 0 {
		return c, 0
	}
	return c, size + 1
}

// reference is the guard of a private rule that a body refers to. A set or an
// object as a whole is there even when it is empty.
func (g *guarding) reference(ref ast.Ref) sized {
	for _, rule := range g.program.reached(ref) {
		head := len(rule.Module.Package.Path) + len(rule.Head.Ref())
		if rule.Head.RuleKind() == ast.MultiValue {
			head++
		}
		if len(ref) < head {
			return sized{}
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
			if path, ok := a.path(to); ok {
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

// path is the one place of the input that a term stands for, with "*" for what
// is not known before the evaluation.
func (a aliases) path(t *ast.Term) ([]string, bool) {
	paths := a.paths(t)
	if len(paths) != 1 || len(paths[0]) == 0 {
		return nil, false
	}
	return paths[0], true
}

type placeKey struct{ path, operator, constant string }

// place adds the number of a place to those of a clause.
func (p *Program) place(to []int, asked Place) []int {
	key := placeKey{path: strings.Join(asked.Path, "\x00"), operator: asked.Test.Operator}
	if asked.Test.Constant != nil {
		key.constant = asked.Test.Constant.String()
	}
	n, known := p.numbers[key]
	if !known {
		if n = len(p.places); n == MostPlaces {
			return to
		}
		if p.numbers == nil {
			p.numbers = map[placeKey]int{}
		}
		p.numbers[key] = n
		p.places = append(p.places, asked)
	}
	if slices.Contains(to, n) {
		return to
	}
	return append(to, n)
}
