package parity

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/batchgate/batchgate/policies/dryrun"
)

// reached names everything that an outcome is an example of, each once.
func (o outcome) reached() []string {
	if o.Unread {
		return []string{"verdict: unreadable", "unreadable spelling: " + cmp.Or(o.Case.Spelling, "plain")}
	}
	r := o.Result
	seen := map[string]bool{}
	note := func(is bool, format string, args ...any) {
		if is {
			seen[fmt.Sprintf(format, args...)] = true
		}
	}
	own := o.What == ""
	note(own, "verdict of a %s: %s", r.Kind, o.Cluster.Verdict)
	note(!own, "verdict of %s: %s", o.What, o.Cluster.Verdict)
	note(o.NotCovered, "not covered")
	note(own, "policy: %s", o.Case.Policy)
	note(own, "namespace: %s", o.Case.Namespace)
	note(own, "field validation: %s", o.Case.Fields)
	note(own && o.Case.User != admin, "sent by an operator")
	note(o.Cluster.Crashed, "a panic of the API server")
	note(own && o.Case.DryRun, "only tried")
	note(len(o.Cluster.Warnings) > 25, "more warnings than are sent")
	note(own && o.Case.Spelling != "", "spelling: %s", o.Case.Spelling)
	switch {
	case !own:
	case r.Name == "" && r.GenerateName != "":
		note(true, "client: generateName")
	default:
		note(true, "client: %s", o.Case.Client)
	}
	note(r.Malformed != nil, "refused at decoding")
	note(len(r.DecodeWarnings) > 0, "an unknown field with a warning")
	o.rules(r, note)
	o.document(note)
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	return names
}

// rules notes what each rule did.
func (o outcome) rules(r *dryrun.Result, note func(bool, string, ...any)) {
	for _, change := range r.Mutation.Changes {
		note(true, "rule %s: filled", change.Rule)
	}
	for _, change := range r.Mutation.WouldFill {
		note(true, "rule %s: would fill", change.Rule)
	}
	note(len(r.Mutation.Problems) > 0, "a fill that is no good")
	for _, problem := range r.Mutation.Problems {
		note(r.Reached, "policy error: rule %s", strings.Join(problem.Rules, " and "))
	}
	note(r.Skipped() != "", "skipped")
	if !r.Reached {
		return
	}
	for _, finding := range r.Verdict.Findings {
		note(finding.Excepted != nil, "an exception")
		note(finding.PolicyError, "policy error: rule %s", finding.Rule)
		note(finding.Excepted == nil, "rule %s: %s", finding.Rule, finding.Mode)
	}
	note(len(r.Verdict.Advice) > 0, "advice")
}

// document notes what stands in the manifest of an object that got past
// Kubernetes' own validation.
func (o outcome) document(note func(bool, string, ...any)) {
	if o.Cluster.Verdict == RefusedByKubernetes {
		return
	}
	var object map[string]any
	if json.Unmarshal(o.Document, &object) != nil {
		return
	}
	job := object
	if template := part(object, "spec", "jobTemplate"); template != nil {
		job = template
	}
	spec, pod := part(job, "spec"), part(job, "spec", "template", "spec")
	has := func(of map[string]any, key string) bool { return of[key] != nil }
	note(spec["completionMode"] == "Indexed", "Indexed")
	note(has(spec, "parallelism") && !has(spec, "completions"), "a work queue")
	note(has(spec, "podFailurePolicy"), "a pod failure policy")
	note(has(spec, "successPolicy"), "a success policy")
	note(has(spec, "backoffLimitPerIndex"), "a limit per index")
	note(has(spec, "managedBy"), "managedBy")
	note(has(pod, "resources"), "resources of a Pod")
	inits, _ := pod["initContainers"].([]any)
	for _, init := range inits {
		container, _ := init.(map[string]any)
		note(container["restartPolicy"] == "Always", "a sidecar")
		note(container["restartPolicy"] == nil, "an init container")
	}
	o.metadata(part(object, "metadata"), part(job, "metadata"), note)
}

func (o outcome) metadata(own, job map[string]any, note func(bool, string, ...any)) {
	owners, _ := own["ownerReferences"].([]any)
	note(len(owners) > 0, "an owner")
	note(part(job, "labels")["kueue.x-k8s.io/queue-name"] != nil, "a Kueue queue")
	note(part(job, "labels")["batchgate.dev/profile"] != nil, "a profile")
	note(part(own, "annotations")["batchgate.dev/filled"] != nil, "a forged record")
	for key := range part(own, "annotations") {
		note(strings.HasPrefix(key, "helm.sh/hook"), "a hook")
		note(strings.HasPrefix(key, "argocd.argoproj.io/hook"), "a hook")
		note(strings.HasPrefix(key, "argocd.argoproj.io/tracking"), "a reconciler")
		note(strings.HasPrefix(key, "meta.helm.sh/"), "a reconciler")
	}
	for key := range part(own, "labels") {
		note(strings.HasPrefix(key, "kustomize.toolkit.fluxcd.io/"), "a reconciler")
		note(key == "app.kubernetes.io/managed-by", "a reconciler")
	}
}
