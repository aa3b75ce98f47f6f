package batch

import (
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Lookup returns what is at a view path, which may be a JSON null. A container
// is addressed by name; a name used more than once means the first container
// that has it (see Ambiguous). Only paths that Parse kept can be looked up.
func (o *Object) Lookup(view []string) (*ast.Term, bool) {
	p := o.resolve(view)
	if !p.ok {
		return nil, false
	}
	t := o.walk(p.tokens)
	return t, t != nil
}

// Reach tells how much of the way to a view path exists: depth is the number
// of leading tokens of Locate(view).Pointer that lead to a value other than
// null, null that the next token leads to a JSON null. ok is false where
// nothing can be written: something on the way is neither object nor list, a
// list has no such item, or the container does not exist.
func (o *Object) Reach(view []string) (depth int, null bool, ok bool) {
	p := o.resolve(view)
	if !p.ok {
		return 0, false, false
	}
	t := o.root
	for depth, token := range p.tokens {
		next := child(t, token)
		if next != nil && !isNull(next) {
			t = next
			continue
		}
		_, isObject := t.Value.(ast.Object)
		return depth, next != nil, isObject
	}
	return len(p.tokens), false, true
}

// Location is where a view path lies in the object that was sent, whether or
// not there is anything.
type Location struct {
	Pointer []string // tokens of the JSON pointer, unescaped; must not be changed
	Field   string   // spec.template.spec.containers[0].image, metadata.annotations[example.com/a]
	Subject string   // what a message calls it: Field, or `container "main":`
}

// Locate says where a view path really is. For a container that does not
// exist, the pointer ends in its name instead of an index.
func (o *Object) Locate(view []string) Location {
	p := o.resolve(view)
	l := Location{Pointer: p.tokens, Field: o.field(p)}
	l.Subject = l.Field
	if p.container != nil {
		l.Subject = roleWords(p.container.Role) + " " + strconv.Quote(p.container.Name) + ":"
	}
	return l
}

func roleWords(role string) string {
	switch role {
	case roleInit:
		return "init container"
	case roleSidecar:
		return "sidecar"
	}
	return "container"
}

// field prints tokens the way the API server names fields.
func (o *Object) field(p place) string {
	var b strings.Builder
	var t *ast.Term
	if p.ok {
		t = o.root
	}
	for i, token := range p.tokens {
		switch {
		case inList(t) && number(token), !plain(token), i > 0 && !p.ok && p.tokens[i-1] == "containers":
			b.WriteString("[" + token + "]")
		case b.Len() > 0:
			b.WriteString("." + token)
		default:
			b.WriteString(token)
		}
		if t != nil {
			t = child(t, token)
		}
	}
	return b.String()
}

func inList(t *ast.Term) bool {
	if t == nil {
		return false
	}
	_, list := t.Value.(*ast.Array)
	return list
}

func number(token string) bool {
	if token == "" || token[0] > '9' {
		return false // without the error that Atoi would make
	}
	_, err := strconv.Atoi(token)
	return err == nil
}

// plain reports whether a key can stand in a dotted path without brackets.
func plain(token string) bool {
	return token != "" && !strings.ContainsAny(token, "./[] ")
}
