package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
)

// wish is a value that a rule wants in a gap.
type wish struct {
	rule  string
	view  []string
	value json.RawMessage
}

// wishes are what the rules want: by canonical path, at most one value each.
type wishes struct {
	fills     map[string]wish
	wouldFill map[string]wish // of rules that only watch
	problems  []Problem
}

// wishesOf asks the rules. A profile's values win over those of the same rules
// without it, because they are asked first.
func (e *Engine) wishesOf(ctx context.Context, s *subject, p *plan) (*wishes, error) {
	w := newWishes()
	type opening struct {
		step  step
		fills []fill
	}
	var layers [2][]opening
	open := 0
	for n, steps := range [][]step{p.profile, p.base} {
		for _, st := range steps {
			if fills := e.openFills(s, st); len(fills) > 0 {
				layers[n] = append(layers[n], opening{st, fills})
				open++
			}
		}
	}
	if open == 0 { // most often, and then nothing is built that rules could read
		return w, nil
	}
	return w, e.evaluate(ctx, e.input(s), func(v *evaluation) error {
		for _, layer := range layers {
			asked := newWishes()
			for _, o := range layer {
				if err := asked.ask(ctx, v, s, o.step, o.fills); err != nil {
					return err
				}
			}
			asked.settle()
			w.join(asked)
		}
		return nil
	})
}

func newWishes() *wishes { return &wishes{fills: map[string]wish{}, wouldFill: map[string]wish{}} }

// openFills are the queries of a rule that can fill something here.
func (e *Engine) openFills(s *subject, st step) []fill {
	if !st.fill && (e.fills || st.mode != config.Audit) {
		return nil // the operator wants it neither filled nor shown
	}
	var open []fill
	for _, f := range st.fills {
		if e.mayHaveGap(s, f) && (!s.foreign() || f.ofResources()) {
			open = append(open, f)
		}
	}
	if len(open) > 0 && e.excepted(s, st.rule.Name) != nil {
		return nil
	}
	return open
}

// ask collects the wishes of one rule. A rule that errs anywhere wishes nothing.
func (w *wishes) ask(ctx context.Context, v *evaluation, s *subject, st step, open []fill) error {
	var got []wish
	for _, f := range open {
		if !v.present.mayHold(f.guard) {
			continue
		}
		result, err := v.query(ctx, st.by, f.body)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			w.problems = append(w.problems, Problem{Rules: []string{st.rule.Name}, Message: policyError(err)})
			return nil
		}
		if result == nil {
			continue
		}
		found, err := v.engine.gapsOf(s, st.rule.Name, f, result)
		if err != nil {
			w.problems = append(w.problems, Problem{Rules: []string{st.rule.Name}, Message: err.Error()})
			return nil
		}
		got = append(got, found...)
	}
	for _, wished := range got {
		w.add(s, wished, st.fill)
	}
	return nil
}

// gapsOf keeps of a rule's answer what falls into gaps.
func (e *Engine) gapsOf(s *subject, rule string, f fill, answer *ast.Term) ([]wish, error) {
	var got []wish
	for _, l := range leaves(answer) {
		view := join(f.path, l.rest...)
		if f.rests != nil && (len(l.rest) < 2 || s.object.Ambiguous(l.rest[0])) {
			continue // two containers of one name: nobody can say which is meant
		}
		if !e.gap(s, view) {
			continue
		}
		if err := catalogue.Fillable(view); err != nil {
			// What a literal may not write, a rule that works its keys out may not.
			return nil, fmt.Errorf("policy error: %w", err)
		}
		if isNull(l.value) {
			return nil, fmt.Errorf("policy error: wants null in %s", s.object.Locate(view).Field)
		}
		value, err := encode(l.value)
		if err != nil {
			return nil, fmt.Errorf("policy error: %s: %w", s.object.Locate(view).Field, err)
		}
		if current := s.current(view); bytes.Equal(current, value) {
			continue
		}
		got = append(got, wish{rule: rule, view: view, value: value})
	}
	return got, nil
}

// current is the value at a path as JSON; nil where there is none.
func (s *subject) current(view []string) json.RawMessage {
	value, ok := s.object.Lookup(view)
	if !ok || isNull(value) {
		return nil
	}
	raw, err := encode(value)
	if err != nil {
		return nil
	}
	return raw
}

// add takes a wish, unless another rule wants something else for the field.
func (w *wishes) add(s *subject, wished wish, fills bool) {
	into := w.wouldFill
	if fills {
		into = w.fills
	}
	key := pathKey(canonical(wished.view))
	other, taken := into[key]
	switch {
	case !taken:
		into[key] = wished
	case !bytes.Equal(other.value, wished.value):
		if fills {
			w.problems = append(w.problems, conflict(s, other, wished))
		}
		into[key] = wish{rule: other.rule, view: other.view} // no value: settled as "nothing"
	}
}

// settle removes what rules could not agree on, and values that lie inside one
// another.
func (w *wishes) settle() {
	for _, set := range []map[string]wish{w.fills, w.wouldFill} {
		for key, wished := range set {
			if wished.value == nil {
				delete(set, key)
			}
		}
	}
	keys := slices.Sorted(maps.Keys(w.fills))
	for i := 1; i < len(keys); i++ {
		outer, inner := w.fills[keys[i-1]], w.fills[keys[i]]
		if below(keys[i], keys[i-1]) {
			w.problems = append(w.problems, Problem{
				Rules:   []string{outer.rule, inner.rule},
				Message: fmt.Sprintf("%s wants a value where %s wants an object; nothing is filled in", outer.rule, inner.rule),
			})
			delete(w.fills, keys[i-1])
			delete(w.fills, keys[i])
		}
	}
}

// join adds what a later layer wishes for fields that are still gaps.
func (w *wishes) join(later *wishes) {
	for key, wished := range later.fills {
		if _, taken := w.fills[key]; !taken {
			w.fills[key] = wished
		}
	}
	for key, wished := range later.wouldFill {
		if _, taken := w.wouldFill[key]; !taken {
			w.wouldFill[key] = wished
		}
	}
	for _, p := range later.problems {
		same := func(q Problem) bool { return q.Message == p.Message && slices.Equal(q.Rules, p.Rules) }
		if !slices.ContainsFunc(w.problems, same) {
			w.problems = append(w.problems, p)
		}
	}
}

func conflict(s *subject, a, b wish) Problem {
	return Problem{
		Rules: []string{a.rule, b.rule},
		Field: s.object.Locate(a.view).Field,
		Message: fmt.Sprintf("%s wants %s, %s wants %s; nothing is filled in",
			a.rule, a.value, b.rule, b.value),
	}
}

func policyError(err error) string { return "policy error: " + OneLine(err.Error()) }
