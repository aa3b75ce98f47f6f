package parity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
)

// reported is an object in `batchgate check -o json`.
type reported struct {
	File, Verdict, Skipped string
	Child                  *reported
	Changes                []struct {
		Rule, Field string
		From, To    json.RawMessage
	}
	Findings []struct {
		Rule, Source, Mode, Field, Message string
		Reached                            bool
		Excepted                           *struct{ Reason string }
	}
}

// told is what is said of an object, in lines that are compared.
type told struct {
	Verdict    string
	Changes    []string
	Findings   []string // of the policy
	Kubernetes []string // fields that it refuses
	Child      *told
}

func (o *reported) told() *told {
	if o == nil {
		return nil
	}
	out := &told{Verdict: o.Verdict, Child: o.Child.told()}
	for _, c := range o.Changes {
		out.Changes = append(out.Changes, fmt.Sprintf("%s %s from %s to %s", c.Rule, c.Field, onOneLine(c.From), onOneLine(c.To)))
	}
	for _, f := range o.Findings {
		switch {
		case f.Source == "kubernetes" && f.Mode == "enforce" && f.Field != "":
			out.Kubernetes = append(out.Kubernetes, f.Field)
		case f.Source == "policy":
			reason := ""
			if f.Excepted != nil {
				reason = f.Excepted.Reason
			}
			out.Findings = append(out.Findings, line(f.Mode, f.Rule, f.Field, f.Message, reason, f.Reached))
		}
	}
	return out.sorted()
}

// onOneLine is JSON without the indentation of the report that it stood in.
func onOneLine(value json.RawMessage) string {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return string(value)
	}
	return out.String()
}

func line(mode, rule, field, message, reason string, reached bool) string {
	return fmt.Sprintf("%s %s: %s: %s (excepted %q, reached %v)", mode, rule, field, message, reason, reached)
}

func (t *told) sorted() *told {
	slices.Sort(t.Findings)
	slices.Sort(t.Kubernetes)
	t.Kubernetes = slices.Compact(t.Kubernetes)
	return t
}

// foretell is what the command must say of a result. What was said of the CronJob is not said again of its Job.
func foretell(r *dryrun.Result, cronjob *dryrun.Result) *told {
	if r == nil {
		return nil
	}
	out := &told{Verdict: "allowed"}
	if r.Refused() != dryrun.Nobody {
		out.Verdict = "refused"
	}
	if r.Malformed != nil {
		out.Kubernetes = slices.Clone(r.Malformed.Fields)
		if at := regexp.MustCompile(`into Go struct field \w*\.(\S+) of type`).FindStringSubmatch(r.Malformed.Message); at != nil {
			out.Kubernetes = append(out.Kubernetes, at[1])
		}
		return out.sorted()
	}
	if r.Verdict.Skipped != "" && out.Verdict == "allowed" {
		out.Verdict = "skipped"
	}
	for _, e := range r.Invalid {
		out.Kubernetes = append(out.Kubernetes, e.Field)
	}
	for _, c := range r.Mutation.Changes {
		out.Changes = append(out.Changes, fmt.Sprintf("%s %s from %s to %s", c.Rule, c.Field, c.From, c.To))
	}
	for _, c := range r.Mutation.WouldFill {
		out.Findings = append(out.Findings, line("audit", c.Rule, c.Field, fmt.Sprintf("would be filled in with %s", c.To), "", true))
	}
	out.rules(r, cronjob)
	if r.Skipped() == "" {
		out.Child = foretell(r.Child, r)
	}
	return out.sorted()
}

func (t *told) rules(r, cronjob *dryrun.Result) {
	for _, f := range r.Verdict.Findings {
		same := func(other engine.Finding) bool {
			return other.Rule == f.Rule && slices.Equal(other.View, f.View) && other.Message == f.Message
		}
		if cronjob != nil && slices.ContainsFunc(cronjob.Verdict.Findings, same) {
			continue
		}
		reason := ""
		if f.Excepted != nil {
			reason = f.Excepted.Reason
		}
		t.Findings = append(t.Findings, line(string(f.Mode), f.Rule, f.Field, f.Message, reason, r.Reached))
	}
	for _, text := range r.Verdict.Advice {
		if cronjob == nil || !slices.Contains(cronjob.Verdict.Advice, text) {
			t.Findings = append(t.Findings, line("warn", "", "", text, "", r.Reached))
		}
	}
	for _, p := range r.Mutation.Problems {
		for _, rule := range p.Rules[:1] {
			t.Findings = append(t.Findings, line("warn", rule, p.Field, p.Message, "", true))
		}
	}
}
