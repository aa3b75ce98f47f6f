package doctor

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// replicas finds whether somebody answers, and would if one went away.
func replicas(f *facts, s *sheet) {
	before := len(s.findings)
	switch d := f.deployment; {
	case absent(d.err):
		s.trouble(fmt.Sprintf("there is no Deployment %s in %s: nobody answers", f.name, f.namespace), "install it, or name its namespace with --namespace", "batchgate-not-ready")
	case d.err != nil:
		s.notChecked("the Deployment", d.err)
	default:
		wanted, ready := or(d.value.Spec.Replicas, 1), d.value.Status.ReadyReplicas
		switch {
		case ready == 0:
			s.trouble(fmt.Sprintf("0 of %s ready: nobody answers", plural(int(wanted), "replica")), "look at the Pods and their logs", "batchgate-not-ready")
		case ready < wanted:
			s.trouble(fmt.Sprintf("%d of %s ready", ready, plural(int(wanted), "replica")), "look at the Pods and their logs", "batchgate-replica-not-ready")
		}
		for _, w := range f.webhooks() {
			if w.failure == admissionv1.Fail && wanted < 2 {
				s.warning(fmt.Sprintf("%s: failurePolicy is Fail, and there is one replica: whenever it restarts, no Job can be created", w.kind),
					"run two or more, or set failurePolicy to Ignore", "outage-of-cronjobs")
			}
		}
	}
	f.endpoints(s)
	f.spread(s)
	for _, r := range f.replicas {
		if r.readyz.err == nil && !r.readyz.value.ready {
			s.trouble(fmt.Sprintf("replica %s is not ready: %s", r.name, r.readyz.value.why), "mend what it says", "batchgate-replica-not-ready")
		}
	}
	if len(s.findings) == before {
		s.ok(plural(int(f.deployment.value.Status.ReadyReplicas), "replica") + " ready, one away at a time at most")
	}
}

// endpoints finds whether the Service leads to somebody.
func (f *facts) endpoints(s *sheet) {
	if f.slices.err != nil {
		s.notChecked("the endpoints of the Service", f.slices.err)
		return
	}
	ready := 0
	for _, slice := range f.slices.value {
		for _, endpoint := range slice.Endpoints {
			if or(endpoint.Conditions.Ready, true) {
				ready += len(endpoint.Addresses)
			}
		}
	}
	if ready == 0 {
		s.trouble(fmt.Sprintf("the Service %s has no ready endpoint: the API server reaches nobody", f.name),
			"look at the Pods, and whether their labels are those that the Service selects", "batchgate-not-ready")
	}
}

// spread finds what a node that goes away would take with it.
func (f *facts) spread(s *sheet) {
	if f.pods.err != nil {
		s.notChecked("the Pods", f.pods.err)
		return
	}
	nodes := map[string]bool{}
	for _, r := range f.replicas {
		nodes[r.node] = true
	}
	if len(f.replicas) > 1 && len(nodes) == 1 && !nodes[""] {
		s.warning("all replicas are on one node: it takes all of them with it", "add a node, or see what keeps them together", "upgrade")
	}
	if f.disruptions.err != nil {
		s.notChecked("the PodDisruptionBudget", f.disruptions.err)
		return
	}
	for _, budget := range f.disruptions.value {
		if budget.Name == f.name {
			return
		}
	}
	s.warning("there is no PodDisruptionBudget: draining nodes may take all replicas at once", "apply the manifests again", "upgrade")
}
