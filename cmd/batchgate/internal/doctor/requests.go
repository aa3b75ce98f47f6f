package doctor

import (
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// requests finds whether a request reaches the gate, with a Job that is tried.
func requests(f *facts, s *sheet) {
	p := f.probe.value
	refusal := ""
	if p.refusal != nil {
		refusal = p.refusal.Error()
	}
	switch {
	case strings.Contains(refusal, "failed calling webhook"):
		s.trouble("a Job cannot be created, because the call fails: "+refusal,
			"if it is in the way now, delete both webhook configurations; then look at trust and replicas above", "batchgate-calls-fail")
		return
	case strings.Contains(refusal, `admission webhook "validate.batchgate.dev" denied`):
		s.ok("a Job that was tried was refused by the policy, so requests reach the gate")
		return
	case strings.Contains(refusal, "denied the request"):
		s.add(Finding{Status: NotChecked, Text: "another webhook refused the Job that was tried: " + refusal})
		return
	case p.refusal != nil:
		s.notChecked("whether requests reach the gate: a Job could not be tried", p.refusal)
		return
	}
	for _, text := range p.warnings {
		if strings.Contains(text, "failed calling webhook") {
			s.trouble("a call failed: "+text, "look at trust and replicas above", "batchgate-fail-open")
			return
		}
	}
	switch {
	case !p.judged:
		s.trouble("a Job was tried and admitted, and nobody has judged it: it goes past the gate",
			"look at configurations and trust above, and whether the policy excludes the namespace of the probe (--probe-namespace)", "batchgate-fail-open")
	case p.filled:
		s.ok("a Job that was tried was filled in and judged")
	case p.counted && p.reviews < 2:
		s.trouble("a Job that was tried was judged, and nobody was asked what to fill in",
			"look at the MutatingWebhookConfiguration above", "batchgate-fail-open")
	default:
		s.ok("a Job that was tried was judged; the policy fills nothing in")
	}
}

// absent tells an object that is not there from one that nobody may see.
func absent(err error) bool { return apierrors.IsNotFound(err) }
