package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/config"
)

// Probe tries the policy on a Job and a CronJob that leave everything to it, for
// each profile and each entry of namespaces. What a policy fills in it must not
// refuse: an author would be blamed for a value that nobody wrote. And what two
// rules want of one field, or cannot be read, is found before any Job meets it.
//
// Where a profile has a part in it that is advice and no error: most profiles come
// with a preset, and a policy may never meet them.
func (e *Engine) Probe(ctx context.Context) (advice []string, err error) {
	var problems []error
	seen := map[string]bool{}
	for _, where := range e.probes() {
		for _, kind := range []batch.Kind{batch.Job, batch.CronJob} {
			told, err := e.contradictions(ctx, where.request(kind))
			if err != nil {
				return nil, err
			}
			for _, text := range told {
				// A CronJob says what its Job says, and with a profile what holds without one.
				key := strings.ReplaceAll(text, "spec.jobTemplate.", "")
				if where.profile != "" && seen["|"+key] || seen[where.title+"|"+key] {
					continue
				}
				seen[where.title+"|"+key] = true
				text = fmt.Sprintf("policy %s%s: %s", e.identity.Name, where.title, text)
				if where.profile == "" {
					problems = append(problems, errors.New(text))
				} else {
					advice = append(advice, text+"; set what fits under profiles."+where.profile+".rules")
				}
			}
		}
	}
	return advice, errors.Join(problems...)
}

// contradictions are what the policy fills in and refuses, or cannot agree on.
func (e *Engine) contradictions(ctx context.Context, req Request) ([]string, error) {
	m, err := e.Mutate(ctx, req)
	if err != nil {
		return nil, err
	}
	var told []string
	for _, p := range m.Problems {
		if len(p.Rules) > 1 || p.Field != "" { // a rule that errs on a probe may err on nothing else
			told = append(told, problemSentence(p))
		}
	}
	req.Object = m.Object
	v, err := e.Validate(ctx, req)
	if err != nil {
		return nil, err
	}
	for _, f := range v.Findings {
		i := slices.IndexFunc(m.Changes, func(c Change) bool { return c.Field == f.Field || strings.HasPrefix(f.Field, c.Field+".") })
		if i < 0 || f.PolicyError || f.Effective() != config.Enforce {
			continue
		}
		told = append(told, fmt.Sprintf("%s fills in %s and %s refuses it: %s", m.Changes[i].Rule, f.Field, f.Rule, f.Sentence()))
	}
	return told, nil
}

// probe is a place in a policy that an object can be in.
type probe struct {
	title     string
	profile   string
	namespace Namespace
}

func (e *Engine) probes() []probe {
	plain := Namespace{Name: "default", LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}
	places := []probe{{namespace: plain}}
	for i, entry := range e.policy.Namespaces {
		ns := plain
		if len(entry.Match.Names) > 0 {
			ns.Name = strings.ReplaceAll(entry.Match.Names[0], "*", "x")
		}
		ns.Labels = map[string]string{}
		for key, value := range entry.Match.Labels {
			ns.Labels[key] = strings.ReplaceAll(value, "*", "x")
		}
		places = append(places, probe{title: fmt.Sprintf(", namespaces[%d]", i), namespace: ns})
	}
	list := slices.Clone(places)
	for _, place := range places {
		for _, profile := range e.policy.ProfileNames() {
			list = append(list, probe{title: place.title + ", profile " + profile, profile: profile, namespace: place.namespace})
		}
	}
	return list[:min(len(list), mostProbes)]
}

// mostProbes bounds what a policy with many entries costs when it is loaded.
const mostProbes = 100

// request is the create of an object that says nothing but what to run, with
// the API server's defaults.
func (p probe) request(kind batch.Kind) Request {
	const template = `"template":{"metadata":{},"spec":{"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",
"schedulerName":"default-scheduler","securityContext":{},"containers":[{"name":"main","image":"registry.example.com/probe:1.0.0","resources":{},
"imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}]}}`
	labels := "{}"
	if p.profile != "" {
		labels = fmt.Sprintf(`{%q:%q}`, profileLabel, p.profile)
	}
	object := fmt.Sprintf(`{"metadata":{"name":"probe","namespace":%q,"labels":%s},"spec":{"backoffLimit":6,"completions":1,"parallelism":1,
"completionMode":"NonIndexed","suspend":false,"manualSelector":false,"podReplacementPolicy":"TerminatingOrFailed",%s}}`, p.namespace.Name, labels, template)
	if kind == batch.CronJob {
		object = fmt.Sprintf(`{"metadata":{"name":"probe","namespace":%q},"spec":{"schedule":"15 2 * * *","timeZone":"Etc/UTC","concurrencyPolicy":"Allow",
"suspend":false,"successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1,"jobTemplate":{"metadata":{"labels":%s},"spec":{%s}}}}`, p.namespace.Name, labels, template)
	}
	return Request{
		Operation: Create,
		Kind:      string(kind),
		Namespace: p.namespace,
		User:      User{Name: "probe"},
		Now:       time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC),
		Object:    []byte(object),
	}
}
