package batch

import (
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// place is a view path resolved to the object. It only points into the path and
// the object: most places are looked at once and forgotten.
type place struct {
	head      []string   // tokens of the JSON pointer to the view, or to the Pod's spec
	container *Container // the container that the path goes through by name
	rest      []string   // tokens below head or the container
	ok        bool       // false: a root without meaning here, or a container that does not exist
}

// tokens are those of the JSON pointer.
func (p place) tokens() []string {
	tokens := make([]string, 0, len(p.head)+2+len(p.rest))
	tokens = append(tokens, p.head...)
	if p.container != nil {
		tokens = append(tokens, p.container.List, strconv.Itoa(p.container.Index))
	}
	return append(tokens, p.rest...)
}

// resolve finds where a view path really lies. A container name that is used
// twice means the first.
func (o *Object) resolve(view []string) place {
	if len(view) == 0 {
		return place{}
	}
	rest := view[1:]
	switch view[0] {
	case "job":
		return place{head: o.jobPath(), rest: rest, ok: true}
	case "pod":
		return place{head: o.podPath(), rest: rest, ok: true}
	case "cronjob":
		return place{rest: rest, ok: o.kind == CronJob}
	case "containers":
		return o.resolveContainer(rest)
	}
	return place{rest: view}
}

func (o *Object) resolveContainer(rest []string) place {
	head := o.podSpecPath()
	if len(rest) == 0 {
		return place{head: head, rest: []string{"containers"}, ok: true}
	}
	for i := range o.containers {
		if c := &o.containers[i]; c.Name == rest[0] {
			return place{head: head, container: c, rest: rest[1:], ok: true}
		}
	}
	return place{head: head, rest: slices.Concat([]string{"containers"}, rest)}
}

// podSpecPath is where the Pod's spec lies.
func (o *Object) podSpecPath() []string { return o.path }

// podPath is where the pod template lies.
func (o *Object) podPath() []string { return o.path[: len(o.path)-1 : len(o.path)-1] }

// jobPath is where the Job, or the template of one, lies.
func (o *Object) jobPath() []string { return o.path[: len(o.path)-3 : len(o.path)-3] }

func podSpecPath(kind Kind) []string {
	if kind == CronJob {
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}
	}
	return []string{"spec", "template", "spec"}
}

// child is one step from a term; nil when it leads nowhere.
func child(t *ast.Term, token string) *ast.Term {
	switch v := t.Value.(type) {
	case ast.Object:
		return v.Get(words.term(token))
	case *ast.Array:
		i, err := strconv.Atoi(token)
		if err != nil || i < 0 || i >= v.Len() || strconv.Itoa(i) != token {
			return nil
		}
		return v.Elem(i)
	}
	return nil
}

// at is what is at a place; nil when nothing is.
func (o *Object) at(p place) *ast.Term {
	t := o.root
	if p.container != nil {
		t = p.container.Term
	} else {
		t = descendants(t, p.head)
	}
	return descendants(t, p.rest)
}

// descendants follows tokens from a term; nil when they lead nowhere.
func descendants(t *ast.Term, tokens []string) *ast.Term {
	for _, token := range tokens {
		if t == nil {
			return nil
		}
		t = child(t, token)
	}
	return t
}
