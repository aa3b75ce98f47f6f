package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// others are the webhooks of everybody else.
func (g *gatherer) others(ctx context.Context) (f fact[[]webhook]) {
	mutating, validating := &admissionv1.MutatingWebhookConfigurationList{}, &admissionv1.ValidatingWebhookConfigurationList{}
	if f.err = g.client.List(ctx, mutating); f.err != nil {
		return f
	}
	if f.err = g.client.List(ctx, validating); f.err != nil {
		return f
	}
	for i := range mutating.Items {
		if c := &mutating.Items[i]; c.Name != g.Name {
			f.value = append(f.value, mutatingOf(c)...)
		}
	}
	for i := range validating.Items {
		if c := &validating.Items[i]; c.Name != g.Name {
			f.value = append(f.value, validatingOf(c)...)
		}
	}
	return f
}

// neighbours finds who else is asked: about the gate's own objects, which could
// not come back while that one is down, and about Jobs.
func neighbours(f *facts, s *sheet) {
	if f.others.err != nil {
		s.notChecked("the webhooks of others", f.others.err)
		return
	}
	blocked := false
	labels := map[string]string{"kubernetes.io/metadata.name": f.namespace}
	if f.own.err == nil {
		labels = f.own.value.Labels
	}
	var jobs []string
	for _, w := range f.others.value {
		what := fmt.Sprintf("%s %s (%s)", w.kind, w.configuration, w.name)
		if w.failure == admissionv1.Fail && selects(w.namespaces, labels) && (w.asks("", "pods") || w.asks("apps", "replicasets")) {
			s.warning(what+" is asked about Pods in "+f.namespace+" and fails closed: while it is down, no replica can start",
				"have it leave out the namespace "+f.namespace, "lock-out")
			blocked = true
		}
		if w.asks("batch", "jobs") {
			jobs = append(jobs, w.configuration)
			if w.kind == "ValidatingWebhookConfiguration" {
				continue
			}
			if strings.Contains(w.configuration, "kueue") {
				s.ok("Kueue suspends Jobs when they are created; what batchgate fills in is stored with them, before Kueue reserves a quota")
			}
		}
	}
	slices.Sort(jobs)
	if !blocked {
		text := "no other webhook can keep a replica from starting"
		if jobs = slices.Compact(jobs); len(jobs) > 0 {
			text += "; asked about Jobs as well: " + strings.Join(jobs, ", ")
		}
		s.ok(text)
	}
}

// asks is true when a webhook hears of objects that are created.
func (w webhook) asks(group, resource string) bool {
	in := func(list []string, value string) bool {
		return slices.Contains(list, value) || slices.Contains(list, "*")
	}
	for _, r := range w.rules {
		created := slices.Contains(r.Operations, admissionv1.Create) || slices.Contains(r.Operations, admissionv1.OperationAll)
		if created && in(r.APIGroups, group) && (in(r.Resources, resource) || in(r.Resources, "*/*")) {
			return true
		}
	}
	return false
}
