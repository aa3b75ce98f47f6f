package engine

import (
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/catalogue"
)

// inputReads says which parts of the input any rule reads; the others are not
// built.
type inputReads struct {
	keys       map[string]*ast.Term // top-level keys of input
	intentKeys []string             // view paths joined by dots, as rules name them
	context    contextReads
}

func readsOf(cat *catalogue.Catalogue) inputReads {
	r := inputReads{keys: map[string]*ast.Term{}}
	for _, rule := range cat.Rules {
		for _, read := range rule.Reads {
			if len(read) == 0 {
				continue
			}
			r.keys[read[0]] = ast.StringTerm(read[0])
			r.context.add(read)
			if read[0] == "intent" && len(read) > 1 && read[1] != "*" {
				r.intentKeys = append(r.intentKeys, read[1])
			}
		}
		for _, head := range rule.Heads {
			if !head.Container {
				r.intentKeys = append(r.intentKeys, strings.Join(head.Path, "."))
			}
		}
	}
	slices.Sort(r.intentKeys)
	r.intentKeys = slices.Compact(r.intentKeys)
	return r
}

// input builds what rules read, once for all rules of a review.
func (e *Engine) input(s *subject) *ast.Term {
	views := s.object.Views()
	pairs := make([][2]*ast.Term, 0, 12)
	put := func(key string, value *ast.Term) {
		if name := e.reads.keys[key]; value != nil && name != nil {
			pairs = append(pairs, [2]*ast.Term{name, value})
		}
	}
	if e.reads.keys["operation"] != nil {
		put("operation", ast.StringTerm(string(s.req.Operation)))
	}
	put("dryRun", ast.InternedTerm(s.req.DryRun))
	put("job", views.Job)
	put("cronjob", views.CronJob)
	put("pod", views.Pod)
	put("containers", views.ContainersTerm)
	if e.reads.keys["owner"] != nil {
		put("owner", s.owner.Term())
	}
	if e.reads.keys["intent"] != nil {
		put("intent", e.intentTerm(s))
	}
	if e.reads.keys["old"] != nil && s.old != nil {
		put("old", viewsTerm(s.old.Views()))
	}
	if e.reads.keys["namespace"] != nil {
		put("namespace", e.reads.context.term(s.req.Namespace))
	}
	if e.reads.keys["user"] != nil && s.req.User.Name != "" {
		put("user", userTerm(s.req.User))
	}
	if e.reads.keys["now"] != nil {
		put("now", ast.StringTerm(s.req.Now.UTC().Format(time.RFC3339)))
	}
	return ast.ObjectTerm(pairs...)
}

func viewsTerm(v batch.Views) *ast.Term {
	var pairs [][2]*ast.Term
	for _, part := range []struct {
		key  string
		term *ast.Term
	}{{"job", v.Job}, {"cronjob", v.CronJob}, {"pod", v.Pod}, {"containers", v.ContainersTerm}} {
		if part.term != nil {
			pairs = append(pairs, [2]*ast.Term{ast.StringTerm(part.key), part.term})
		}
	}
	return ast.ObjectTerm(pairs...)
}

func (e *Engine) intentTerm(s *subject) *ast.Term {
	pairs := make([][2]*ast.Term, 0, len(e.reads.intentKeys))
	for _, key := range e.reads.intentKeys {
		view := strings.Split(key, ".")
		state := s.object.Intent(view, s.old)
		if state == batch.Ambiguous && !e.fillsAmbiguous(view) {
			state = batch.Explicit // a rule must not build on a fill that does not come
		}
		pairs = append(pairs, [2]*ast.Term{ast.StringTerm(key), ast.StringTerm(string(state))})
	}
	return ast.ObjectTerm(pairs...)
}

func userTerm(u User) *ast.Term {
	groups := make([]*ast.Term, len(u.Groups))
	for i, group := range u.Groups {
		groups[i] = ast.StringTerm(group)
	}
	return ast.ObjectTerm(
		[2]*ast.Term{ast.StringTerm("name"), ast.StringTerm(u.Name)},
		[2]*ast.Term{ast.StringTerm("groups"), ast.ArrayTerm(groups...)},
	)
}
