package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/config"
)

// Mutate says what the rules fill in. It never refuses: an *ObjectError means
// that Request.Object is no Job or CronJob at all, and a context error that
// the answer did not come in time.
func (e *Engine) Mutate(ctx context.Context, req Request) (Mutation, error) {
	if e.policy.Excluded(req.Namespace.Name) {
		return Mutation{Object: req.Object, Skipped: "namespace excluded"}, nil
	}
	s, err := e.read(req)
	if err != nil {
		return Mutation{}, err
	}
	m := Mutation{Object: req.Object, Audit: map[string]string{"policy": e.identity.String()}}
	if m.Skipped = e.unfillable(s); m.Skipped != "" {
		return m, nil
	}
	w, err := e.wishesOf(ctx, s, e.planFor(e.selection(s)))
	if err != nil {
		return Mutation{}, err
	}
	m.Problems = w.problems
	var places [][]string
	m.Changes, places = s.changes(w.fills)
	var unreadable []Problem
	m.Changes, places, unreadable = e.readable(s, m.Changes, places)
	m.Problems = append(m.Problems, unreadable...)
	m.WouldFill, _ = s.changes(w.wouldFill)
	ops := e.patch(s, m.Changes, places)
	if len(ops) > 0 {
		if m.Object, err = spliced(req.Object, ops); err != nil {
			m.Problems = append(m.Problems, Problem{Rules: rulesOf(m.Changes), Message: policyError(err)})
			m.Object, m.Changes, ops = req.Object, nil, nil
		}
	}
	m.Patch = ops
	e.explain(s, &m)
	return m, nil
}

// changes are wishes as the author sees them, by field, and the pointers to
// where they go.
func (s *subject) changes(w map[string]wish) (changes []Change, places [][]string) {
	if len(w) == 0 {
		return nil, nil
	}
	type located struct {
		wish
		batch.Location
	}
	all := make([]located, 0, len(w))
	for _, wished := range w {
		all = append(all, located{wished, s.object.Locate(wished.view)})
	}
	slices.SortFunc(all, func(a, b located) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), slices.Compare(a.view, b.view))
	})
	for _, l := range all {
		changes = append(changes, Change{Rule: l.rule, Field: l.Field, View: l.view, From: s.current(l.view), To: l.value})
		places = append(places, l.Pointer)
	}
	return changes, places
}

func rulesOf(changes []Change) []string {
	var rules []string
	for _, c := range changes {
		rules = append(rules, c.Rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

// explain adds what the author and the audit trail are told.
func (e *Engine) explain(s *subject, m *Mutation) {
	for _, p := range m.Problems {
		m.Warnings = append(m.Warnings, warning(problemSentence(p), strings.Join(p.Rules, ", ")))
	}
	if e.policy.RecordFills == config.RecordWarning {
		for _, c := range m.Changes {
			m.Warnings = append(m.Warnings, warning(c.Field+" was not set and is now "+string(c.To), c.Rule))
		}
	}
	if always := s.restartsAlways(m.Changes); always != "" {
		m.Warnings = append(m.Warnings, warning(always+" is Always, a Job needs Never or OnFailure", "restart-policy"))
	}
	m.Warnings = capped(m.Warnings)
	if len(m.Changes) > 0 {
		m.Audit["filled"] = recordOf(m.Changes)
	}
	if len(m.WouldFill) > 0 {
		m.Audit["would-fill"] = recordOf(m.WouldFill)
	}
	if len(m.Problems) > 0 {
		var told []string
		for _, p := range m.Problems {
			told = append(told, problemSentence(p))
		}
		m.Audit["problems"] = Bounded(OneLine(strings.Join(told, "; ")), maxAudit)
	}
}

func problemSentence(p Problem) string {
	if p.Field == "" {
		return p.Message
	}
	return p.Field + ": " + p.Message
}

// restartsAlways names the field of an Always that stays. The API server
// refuses it after this answer, in words that do not say what to write.
func (s *subject) restartsAlways(changes []Change) string {
	view := restartPolicy()
	for _, c := range changes {
		if slices.Equal(canonical(c.View), view) {
			return ""
		}
	}
	value, ok := s.object.Lookup(view)
	if !ok || ast.Compare(value.Value, ast.String("Always")) != 0 {
		return ""
	}
	return s.object.Locate(view).Field
}
