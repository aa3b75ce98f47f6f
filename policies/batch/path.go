package batch

import (
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// place is a view path resolved to the object.
type place struct {
	tokens    []string   // of the JSON pointer; may be part of the view path
	container *Container // the container that the path goes through by name
	ok        bool       // false: a root without meaning here, or a container that does not exist
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
		return place{tokens: o.jobTokens(rest), ok: true}
	case "pod":
		return place{tokens: slices.Concat(o.podPath(), rest), ok: true}
	case "cronjob":
		return place{tokens: slices.Clip(rest), ok: o.kind == CronJob}
	case "containers":
		return o.resolveContainer(rest)
	}
	return place{tokens: slices.Clip(view)}
}

func (o *Object) resolveContainer(rest []string) place {
	tokens := make([]string, 0, longestPodPath+2+len(rest))
	tokens = append(append(tokens, o.podPath()...), "spec")
	if len(rest) == 0 {
		return place{tokens: append(tokens, "containers"), ok: true}
	}
	for i := range o.containers {
		if c := &o.containers[i]; c.Name == rest[0] {
			tokens = append(tokens, c.List, strconv.Itoa(c.Index))
			return place{tokens: append(tokens, rest[1:]...), container: c, ok: true}
		}
	}
	return place{tokens: append(append(tokens, "containers"), rest...)}
}

func (o *Object) jobTokens(rest []string) []string {
	if o.kind == CronJob {
		return slices.Concat([]string{"spec", "jobTemplate"}, rest)
	}
	return slices.Clip(rest)
}

// longestPodPath is how many tokens podPath has in a CronJob.
const longestPodPath = 4

// podPath is where the pod template lies.
func (o *Object) podPath() []string {
	if o.kind == CronJob {
		return []string{"spec", "jobTemplate", "spec", "template"}
	}
	return []string{"spec", "template"}
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

// walk follows pointer tokens from the object's root; nil when they lead
// nowhere.
func (o *Object) walk(tokens []string) *ast.Term {
	t := o.root
	for _, token := range tokens {
		if t = child(t, token); t == nil {
			return nil
		}
	}
	return t
}
