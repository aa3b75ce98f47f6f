package regotest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
)

// bench judges the examples of one rule; it keeps an engine for each way in
// which they set the rule.
type bench struct {
	rules   *catalogue.Catalogue
	rule    string
	engines map[string]*engine.Engine
}

// judge says what becomes of an example.
func (b *bench) judge(ctx context.Context, e *Example) (*dryrun.Result, error) {
	engine, err := b.engine(e.Context)
	if err != nil {
		return nil, err
	}
	doc, err := apiserver.ToJSON([]byte(e.Object))
	if err != nil {
		return nil, err
	}
	return dryrun.New(engine, dryrun.Options{
		Client:     e.Context.Client,
		Namespace:  e.Context.Namespace.Name,
		Namespaces: e.Context.Namespace.known,
		User:       e.Context.User,
		Now:        time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}).Create(ctx, doc)
}

// known is a namespace of which everything is known.
func (n namespace) known(name string) engine.Namespace {
	return engine.Namespace{
		Name: name, Labels: n.Labels, Annotations: n.Annotations, LimitRanges: n.LimitRanges, ResourceQuotas: n.ResourceQuotas,
		LabelsKnown: true, LimitsKnown: true, QuotasKnown: true,
	}
}

// engine binds the rule alone.
func (b *bench) engine(c Context) (*engine.Engine, error) {
	mode := string(config.Enforce)
	if c.Mode != "" {
		mode = c.Mode
	}
	settings := map[string]any{"mode": mode}
	if c.Fill != nil {
		settings["fill"] = *c.Fill
	}
	if c.Params != nil {
		settings["params"] = c.Params
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "batchgate.dev/v1alpha1",
		"kind":       "BatchPolicy",
		"metadata":   map[string]any{"name": "example"},
		"default":    map[string]any{"mode": "off"},
		"rules":      map[string]any{b.rule: settings},
	})
	if err != nil {
		return nil, err
	}
	if made := b.engines[string(text)]; made != nil {
		return made, nil
	}
	file, err := config.Parse(contextFile, text)
	if err != nil {
		return nil, withoutPlace(err)
	}
	policy, err := config.Resolve(file, nil, b.rules.Specs())
	if err != nil {
		return nil, withoutPlace(err)
	}
	made, err := engine.New(b.rules, policy)
	if err == nil {
		b.engines[string(text)] = made
	}
	return made, err
}

// withoutPlace leaves out the places of a policy that nobody wrote.
func withoutPlace(err error) error {
	var list *config.Errors
	if !errors.As(err, &list) {
		return err
	}
	var told []string
	for _, p := range list.Problems {
		_, what, _ := strings.Cut(p.Error(), ": ")
		told = append(told, what)
	}
	return errors.New(contextFile + ": " + strings.Join(told, "; "))
}

// findings are the lines of findings.txt.
func findings(r *dryrun.Result) string {
	var lines []string
	for _, f := range r.Verdict.Findings {
		word := map[config.Mode]string{config.Enforce: "refused", config.Warn: "warned", config.Audit: "audited"}[f.Effective()]
		lines = append(lines, word+": "+f.Sentence())
	}
	for _, p := range r.Mutation.Problems {
		lines = append(lines, "policy error: "+p.Message)
	}
	for _, n := range r.Verdict.NotJudged {
		lines = append(lines, "not judged: needs "+n.Needs)
	}
	slices.Sort(lines)
	return text(lines)
}

// changes are the lines of changes.txt.
func changes(r *dryrun.Result) string {
	var lines []string
	for _, c := range r.Mutation.Changes {
		if c.From == nil {
			lines = append(lines, c.Field+": "+plain(c.To))
		} else {
			lines = append(lines, c.Field+": "+plain(c.From)+" -> "+plain(c.To))
		}
	}
	slices.Sort(lines)
	return text(lines)
}

// text is one line for each, so that a message cannot look like two.
func text(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.ReplaceAll(l, "\n", " ") + "\n")
	}
	return b.String()
}

// plain is a value as YAML would show it: text without quotes.
func plain(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// kindOf is what really becomes of an example.
func kindOf(r *dryrun.Result) (kind string, err error) {
	switch {
	case r.Malformed != nil:
		return "", fmt.Errorf("is not accepted by Kubernetes: %s", r.Malformed.Message)
	case !r.Reached:
		var reasons []string
		for _, reason := range r.Invalid {
			reasons = append(reasons, reason.Error())
		}
		return "", fmt.Errorf("is not accepted by Kubernetes: %s", strings.Join(reasons, "; "))
	case r.Unreadable != nil:
		return "", r.Unreadable
	case r.Verdict.Refused():
		return "refused", nil
	case slices.ContainsFunc(r.Verdict.Findings, func(f engine.Finding) bool { return f.Effective() == config.Warn }):
		return "warned", nil
	case len(r.Mutation.Changes) > 0:
		return "filled", nil
	}
	return "accepted", nil
}
