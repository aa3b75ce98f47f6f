package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
)

// headed is the report of a document before it is judged.
func headed(doc *manifest.Document) *report.Object {
	return &report.Object{
		File: doc.File, Line: doc.Place.Line, Document: doc.Index,
		APIVersion: doc.APIVersion, Kind: doc.Kind, Namespace: doc.Namespace, Name: doc.Name,
		Verdict: report.Allowed, Origin: doc.Origin, Remote: doc.Remote,
	}
}

// judged is the report of a result.
func judged(doc *manifest.Document, r *dryrun.Result) *report.Object {
	o := headed(doc)
	o.Namespace = r.Namespace
	w := written{doc: doc, object: o}
	w.duplicates()
	if r.Malformed != nil {
		o.Verdict = report.Refused
		w.malformed(r.Malformed)
		return o
	}
	w.result(r, nil)
	if child := r.Child; child != nil && r.Skipped() == "" {
		o.Child = &report.Object{
			File: o.File, Line: o.Line, Document: o.Document,
			APIVersion: "batch/v1", Kind: "Job", Namespace: child.Namespace, Name: o.Name + "-*",
			Verdict: report.Allowed,
		}
		w := written{doc: doc, object: o.Child, below: "spec.jobTemplate."}
		w.result(child, r)
	}
	return o
}

// written puts what was found where it is written.
type written struct {
	doc    *manifest.Document
	object *report.Object
	below  string // where the object stands in the document
}

// place is where a field's value stands, or the nearest thing that does.
func (w written) place(field string) manifest.Place { return w.doc.LocateValue(w.below + field) }

// key is where a field's name stands.
func (w written) key(field string) manifest.Place { return w.doc.Locate(w.below + field) }

// result reports what was found. What is already known of the CronJob is not
// said again of its Job.
func (w written) result(r *dryrun.Result, cronjob *dryrun.Result) {
	o := w.object
	if reason := r.Skipped(); reason != "" && r.Verdict.Skipped != "" {
		o.Skipped, o.Verdict = reason, report.Skipped
	}
	w.kubernetes(r)
	known := findingsOf(cronjob)
	for _, f := range r.Verdict.Findings {
		if !known[identity(f)] {
			w.finding(f, r.Reached)
		}
	}
	w.policy(r, cronjob)
	for _, c := range r.Mutation.Changes {
		at := w.place(c.Field)
		o.Changes = append(o.Changes, report.Change{Rule: c.Rule, Field: c.Field, From: c.From, To: c.To, Line: at.Line, Column: at.Column, Subject: subjectOf(c)})
	}
	if cronjob == nil {
		for _, n := range r.Verdict.NotJudged {
			o.NotJudged = append(o.NotJudged, report.NotJudged{Rule: n.Rule, Needs: n.Needs})
		}
		for _, field := range r.NotCovered {
			o.NotJudged = append(o.NotJudged, report.NotJudged{Rule: report.FromKubernetes, Needs: "the API server's own check of " + field})
		}
	}
	if r.Refused() != dryrun.Nobody {
		o.Verdict = report.Refused
	}
}

// policy reports what the policy says besides findings.
func (w written) policy(r *dryrun.Result, cronjob *dryrun.Result) {
	if r.Unreadable != nil {
		w.say(report.Finding{Source: report.FromPolicy, Mode: report.Enforce, Message: r.Unreadable.Reason, Reached: r.Reached}, "")
	}
	for _, text := range r.Verdict.Advice {
		if cronjob == nil || !slices.Contains(cronjob.Verdict.Advice, text) {
			at := w.advised(r.Kind)
			w.add(report.Finding{Source: report.FromPolicy, Mode: report.Warn, Message: text, Reached: r.Reached, Line: at.Line, Column: at.Column}, "")
		}
	}
	for _, p := range r.Mutation.Problems {
		rules := ""
		for i, rule := range p.Rules {
			if i > 0 {
				rules += ", "
			}
			rules += rule
		}
		w.say(report.Finding{Rule: rules, Source: report.FromPolicy, Mode: report.Warn, Field: p.Field, Message: p.Message, Reached: true}, ": ")
	}
	for _, c := range r.Mutation.WouldFill {
		w.say(report.Finding{
			Rule: c.Rule, Source: report.FromPolicy, Mode: report.Audit, Field: c.Field, Fix: c.To, Would: true, Reached: true,
			Message: fmt.Sprintf("would be filled in with %s", c.To),
		}, " ")
	}
}

// advised is the place of what advice is about, the label of a profile.
func (w written) advised(kind string) manifest.Place {
	const label = "metadata.labels[batchgate.dev/profile]"
	on := w.place(label)
	if kind == "CronJob" { // the label of the template counts, and only it
		if path := w.below + "spec.jobTemplate." + label; w.doc.Has(path) {
			on = w.doc.Locate(path)
		}
	}
	return on
}

func (w written) finding(f engine.Finding, reached bool) {
	named := ""
	if len(f.View) > 0 && f.View[0] == "containers" {
		named = strings.Join(f.View, ".")
	}
	out := report.Finding{
		Rule: f.Rule, Source: report.FromPolicy, Mode: string(f.Mode), Severity: f.Severity,
		Field: f.Field, Named: named, Value: f.Value, Message: f.Message, Fix: f.Fix, Reached: reached,
		Sentence: f.Sentence(),
	}
	if f.Excepted != nil {
		out.Excepted = &report.Exception{Reason: f.Excepted.Reason, Owner: f.Excepted.Owner, Expires: f.Excepted.Expires}
	}
	w.say(out, " ")
}

// say adds a finding with its place and, where it has none yet, its sentence:
// field and message with something between them.
func (w written) say(f report.Finding, between string) {
	w.sayAt(w.place(f.Field), f, between)
}

// misplaced is say for a field that should not be there at all.
func (w written) misplaced(f report.Finding, between string) {
	w.sayAt(w.key(f.Field), f, between)
}

func (w written) sayAt(at manifest.Place, f report.Finding, between string) {
	f.Line, f.Column = at.Line, at.Column
	w.add(f, between)
}

func (w written) add(f report.Finding, between string) {
	if f.Sentence == "" {
		f.Sentence = f.Message
		if f.Field != "" {
			f.Sentence = f.Field + between + f.Message
		}
	}
	w.object.Findings = append(w.object.Findings, f)
}

func findingsOf(r *dryrun.Result) map[string]bool {
	known := map[string]bool{}
	if r != nil {
		for _, f := range r.Verdict.Findings {
			known[identity(f)] = true
		}
	}
	return known
}

func identity(f engine.Finding) string { return fmt.Sprintf("%s %q %s", f.Rule, f.View, f.Message) }

// subjectOf is the field of a change as a person reads it: a container by its
// name and not by its number.
func subjectOf(c engine.Change) string {
	if len(c.View) > 2 && c.View[0] == "containers" {
		return fmt.Sprintf("container %q: %s", c.View[1], strings.Join(c.View[2:], "."))
	}
	return c.Field
}
