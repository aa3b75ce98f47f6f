package batch

import (
	"bytes"

	"github.com/open-policy-agent/opa/v1/ast"
)

// SpecChanged reports whether the spec differs in anything but suspend. It
// compares values, not bytes: the order of keys, and a null for what is absent,
// make no difference. Parts that Keep left out are compared too.
func SpecChanged(old, now *Object) bool {
	if bytes.Equal(old.rawSpec, now.rawSpec) {
		return false
	}
	before, after := specTerm(old.rawSpec), specTerm(now.rawSpec)
	return before == nil || after == nil || !equal(before, after)
}

// specTerm is a spec without suspend and without nulls; nil when it cannot be
// read, which counts as changed.
func specTerm(raw []byte) *ast.Term {
	if len(raw) == 0 {
		return ast.InternedEmptyObject
	}
	p := newParser(raw, &Object{})
	t, err := p.value(p.whole)
	if err != nil {
		return nil
	}
	if isNull(t) {
		return ast.InternedEmptyObject
	}
	object, ok := t.Value.(ast.Object)
	if !ok {
		return nil
	}
	suspend := words.term("suspend")
	return bare(object, func(key *ast.Term) bool { return key.Equal(suspend) })
}

// bare is an object without its nulls and without what leave says.
func bare(object ast.Object, leave func(key *ast.Term) bool) *ast.Term {
	pairs := make([][2]*ast.Term, 0, object.Len())
	object.Foreach(func(key, value *ast.Term) {
		if isNull(value) || leave != nil && leave(key) {
			return
		}
		pairs = append(pairs, [2]*ast.Term{key, withoutNulls(value)})
	})
	return ast.ObjectTerm(pairs...)
}

func withoutNulls(t *ast.Term) *ast.Term {
	switch v := t.Value.(type) {
	case ast.Object:
		return bare(v, nil)
	case *ast.Array:
		items := make([]*ast.Term, v.Len())
		for i := range items {
			items[i] = withoutNulls(v.Elem(i))
		}
		return ast.ArrayTerm(items...)
	}
	return t
}
