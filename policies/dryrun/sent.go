package dryrun

import (
	"maps"

	"github.com/batchgate/batchgate/policies/engine"
)

// The names of the gate's webhooks, before their audit annotations.
const (
	mutating   = "mutate.batchgate.dev/"
	validating = "validate.batchgate.dev/"
)

// Denial is the text with which /validate refuses; empty when it does not, or
// is not asked.
func (r *Result) Denial() string {
	switch {
	case !r.Reached:
		return ""
	case r.Unreadable != nil:
		return r.Unreadable.Denial(r.Kind)
	}
	return r.Verdict.Denial()
}

// Causes are the details of a refusal by /validate.
func (r *Result) Causes() []engine.Cause {
	if !r.Reached || r.Unreadable != nil {
		return nil
	}
	return r.Verdict.Causes()
}

// Audit are the annotations that both webhooks leave in the audit log, under
// the names that the API server gives them. The API server does not ask about an
// excluded namespace.
func (r *Result) Audit() map[string]string {
	audit := map[string]string{}
	if r.Verdict.Skipped != "" {
		return audit
	}
	annotate(audit, mutating, r.Mutation.Audit)
	if r.Reached && r.Unreadable == nil {
		annotate(audit, validating, r.Verdict.Audit())
	}
	return audit
}

func annotate(into map[string]string, webhook string, audit map[string]string) {
	for key, value := range maps.All(audit) {
		into[webhook+key] = value
	}
}

// Warnings are those that the client is sent, in order. An object that
// Kubernetes refuses brings only those from before.
func (r *Result) Warnings() []string {
	if r.Malformed != nil {
		return nil
	}
	var w recorder
	w.add(r.DecodeWarnings...)
	w.add(r.Mutation.Warnings...)
	if r.Reached {
		w.add(r.APIWarnings...)
		if r.Unreadable == nil {
			w.add(r.Verdict.Warnings()...)
		}
	}
	return w.sent()
}
