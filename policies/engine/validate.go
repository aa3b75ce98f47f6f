package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/config"
)

// Validate says what the rules refuse. An *ObjectError means that
// Request.Object is no Job or CronJob at all, and a context error that the
// answer did not come in time.
func (e *Engine) Validate(ctx context.Context, req Request) (Verdict, error) {
	if e.policy.Excluded(req.Namespace.Name) {
		return Verdict{Skipped: "namespace excluded", policy: e.identity}, nil
	}
	s, err := e.read(req)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{subject: s.title(), policy: e.identity, Advice: e.profileAdvice(s)}
	if s.owner.Controller == batch.ControllerCronJob {
		v.CronJob = CronJob{Name: s.owner.Name, UID: s.owner.UID}
	}
	found, err := e.findings(ctx, s)
	if err != nil {
		return Verdict{}, err
	}
	v.Findings = joined(found[0], found[1])
	if s.old != nil && len(v.Findings) > 0 {
		if err := e.tolerate(ctx, s, v.Findings); err != nil {
			return Verdict{}, err
		}
	}
	v.NotJudged = e.notJudged(s)
	slices.SortFunc(v.Findings, func(a, b Finding) int {
		switch {
		case a.Effective().Stronger(b.Effective()):
			return -1
		case b.Effective().Stronger(a.Effective()):
			return 1
		}
		return cmp.Or(
			strings.Compare(a.Rule, b.Rule),
			slices.Compare(a.View, b.View),
			strings.Compare(a.Message, b.Message),
		)
	})
	return v, nil
}

// findings are what all rules say of the subject as it is, in no order: without
// a profile, and what the profile adds.
func (e *Engine) findings(ctx context.Context, s *subject) (layers [2][]Finding, err error) {
	p := e.planFor(e.selection(s))
	ceiling := e.ceiling(s)
	err = e.evaluate(ctx, e.input(s), func(v *evaluation) error {
		for n, layer := range p.denials {
			for _, d := range layer {
				found, err := v.denied(ctx, s, d)
				if err != nil {
					return err
				}
				for i := range found {
					found[i].Mode = found[i].Mode.Cap(ceiling)
					found[i].Excepted = e.excepted(s, found[i].Rule)
				}
				layers[n] = append(layers[n], found...)
			}
		}
		return nil
	})
	return layers, err
}

// place is a rule and the field that it is about.
func (f Finding) place() string { return f.Rule + "\x00" + pathKey(canonical(f.View)) }

// denied asks all rules of a layer that can have anything to say at once, and
// one by one when that fails, so that an error is that of its rule alone.
func (v *evaluation) denied(ctx context.Context, s *subject, d denials) ([]Finding, error) {
	asked := make([]int, 0, len(d.steps))
	for i, st := range d.steps {
		if st.context.user && s.req.User.Name == "" {
			continue // what it would say depends on who is not known
		}
		if v.present.mayHold(st.guard) {
			asked = append(asked, i)
		}
	}
	if len(asked) == 0 {
		return nil, nil
	}
	if d.exprs != nil {
		found, err := v.deniedAtOnce(ctx, s, d, asked)
		if err == nil || ctx.Err() != nil {
			return found, err
		}
	}
	var all []Finding
	for _, i := range asked {
		found, err := v.deny(ctx, s, d.steps[i])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (v *evaluation) deniedAtOnce(ctx context.Context, s *subject, d denials, asked []int) ([]Finding, error) {
	body := make(ast.Body, len(asked))
	for n, i := range asked {
		body[n] = d.exprs[i]
	}
	results, err := v.solve(ctx, d.by, body)
	if err != nil {
		return nil, err
	}
	var all []Finding
	for _, i := range asked {
		found, err := s.findingsOf(d.steps[i], results[d.answers[i]])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// deny asks one rule.
func (v *evaluation) deny(ctx context.Context, s *subject, st step) ([]Finding, error) {
	result, err := v.query(ctx, st.by, st.deny)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	var found []Finding
	if err == nil && result != nil {
		found, err = s.findingsOf(st, result)
	}
	if err != nil {
		return []Finding{{
			Rule: st.rule.Name, Mode: st.mode, Severity: st.rule.Severity,
			Message: policyError(err), PolicyError: true,
		}}, nil
	}
	return found, nil
}

// identity is what makes two findings the same one across UPDATEs.
func (f Finding) identity() string {
	key := f.Rule + "\x00" + cmp.Or(f.said, f.Message) + "\x00" + string(f.Value) + "\x00" + pathKey(canonical(f.View))
	if len(f.View) > 0 && f.View[0] == "containers" {
		key += "\x00" + f.Subject // an init container that becomes a worker is another one
	}
	return key
}

// tolerate marks the findings that the stored object already has, judged by
// the current policy: what was admitted once never blocks an unrelated change.
func (e *Engine) tolerate(ctx context.Context, s *subject, findings []Finding) error {
	before, err := e.findings(ctx, s.stored())
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, f := range slices.Concat(before[0], before[1]) { // also what a profile's bound stood for
		known[f.identity()] = true
	}
	changed := batch.SpecChanged(s.old, s.object)
	for i, f := range findings {
		// A rule that errs on both has not said that both are equally bad.
		findings[i].Tolerated = known[f.identity()] && (!f.PolicyError || !changed)
	}
	return nil
}

// notJudged names the rules that needed what nobody could tell.
func (e *Engine) notJudged(s *subject) []NotJudged {
	ns := s.req.Namespace
	anonymous := s.req.User.Name == ""
	if ns.LabelsKnown && ns.LimitsKnown && ns.QuotasKnown && !anonymous {
		return nil
	}
	var missing []NotJudged
	if !ns.LabelsKnown && e.policy.NeedsLabels() {
		missing = append(missing, NotJudged{Rule: "namespaces", Needs: needsLabels})
	}
	p := e.planFor(e.selection(s))
	for _, steps := range [][]step{p.base, p.profile} {
		for _, st := range steps {
			for needs, lacks := range map[string]bool{
				needsLabels: st.context.labels && !ns.LabelsKnown,
				needsLimits: st.context.limits && !ns.LimitsKnown,
				needsQuotas: st.context.quotas && !ns.QuotasKnown,
				needsUser:   st.context.user && anonymous,
			} {
				if lacks {
					missing = append(missing, NotJudged{Rule: st.rule.Name, Needs: needs})
				}
			}
		}
	}
	slices.SortFunc(missing, func(a, b NotJudged) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Needs, b.Needs))
	})
	return slices.Compact(missing)
}

const (
	needsLabels = "the labels of the namespace"
	needsLimits = "the LimitRanges of the namespace"
	needsQuotas = "the ResourceQuotas of the namespace"
	needsUser   = "the user who sends it"
)

// profileAdvice tells an author about a profile label that chooses nothing.
func (e *Engine) profileAdvice(s *subject) []string {
	name, set := s.object.JobLabel(profileLabel)
	if set {
		if slices.Contains(e.policy.ProfileNames(), name) {
			return nil
		}
		text := fmt.Sprintf("label %s: there is no profile %q", profileLabel, name)
		if nearest := e.policy.NearestProfile(name); nearest != "" {
			text += fmt.Sprintf(", did you mean %q?", nearest)
		}
		return []string{text}
	}
	if _, onCronJob := s.object.Label(profileLabel); onCronJob && s.object.Kind() == batch.CronJob {
		return []string{"label " + profileLabel + " counts on spec.jobTemplate.metadata.labels, here it is on the CronJob alone"}
	}
	return nil
}

// effectiveIs selects findings by what they do.
func (v Verdict) effectiveIs(m config.Mode) []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Effective() == m && f.Excepted == nil && !f.Tolerated {
			found = append(found, f)
		}
	}
	return found
}
