package engine

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// places is the tree of the places that guards ask for, to look at all of them
// in one walk.
type places struct {
	key   *ast.Term
	asked []asked
	below []*places
	item  *places // any item of a list or member of an object
}

// asked is what a guard asks of a place.
type asked struct {
	number int
	test   catalogue.Test
}

func placesOf(all []catalogue.Place) *places {
	root := &places{}
	for n, place := range all {
		at := root
		for _, part := range place.Path {
			at = at.child(part)
		}
		at.asked = append(at.asked, asked{n, place.Test})
	}
	return root
}

func (p *places) child(part string) *places {
	if part == "*" {
		if p.item == nil {
			p.item = &places{}
		}
		return p.item
	}
	for _, child := range p.below {
		if child.key.Value.Compare(ast.String(part)) == 0 {
			return child
		}
	}
	child := &places{key: ast.StringTerm(part)}
	p.below = append(p.below, child)
	return child
}

// bits is a set of places.
type bits [catalogue.MostPlaces / 64]uint64

func (b *bits) add(n int)      { b[n/64] |= 1 << (n % 64) }
func (b *bits) has(n int) bool { return b[n/64]&(1<<(n%64)) != 0 }

// presence is which places are there in an input.
type presence struct {
	there bits // whatever the value
	holds bits // and the value is not false
}

// look notes what of the places is there below a value.
func (p *places) look(t *ast.Term, at *presence) {
	for i := range p.asked {
		a := &p.asked[i]
		switch {
		case a.test.Operator == "":
			at.there.add(a.number)
			if t.Value != ast.Boolean(false) {
				at.holds.add(a.number)
			}
		case a.test.Holds(t.Value):
			at.there.add(a.number)
			at.holds.add(a.number)
		}
	}
	switch v := t.Value.(type) {
	case ast.Object:
		for _, child := range p.below {
			if value := v.Get(child.key); value != nil {
				child.look(value, at)
			}
		}
		if p.item != nil {
			v.Foreach(func(_, value *ast.Term) { p.item.look(value, at) })
		}
	case *ast.Array:
		if p.item != nil {
			v.Foreach(func(value *ast.Term) { p.item.look(value, at) })
		}
	}
}

// mayHold reports whether what a guard stands before can have anything to say.
func (p *presence) mayHold(g catalogue.Guard) bool {
	for i := range g {
		if p.clause(&g[i]) {
			return true
		}
	}
	return g == nil
}

func (p *presence) clause(c *catalogue.Clause) bool {
	for _, n := range c.Needs {
		if !p.there.has(n) {
			return false
		}
	}
	for _, n := range c.Lacks {
		if p.holds.has(n) {
			return false
		}
	}
	for _, g := range c.Any {
		if !p.mayHold(g) {
			return false
		}
	}
	return true
}
