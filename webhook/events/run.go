package events

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

// reasonPolicy is the reason of an Event on a CronJob.
const reasonPolicy = "BatchPolicy"

const (
	maxFindings = 5   // of one Job
	maxText     = 900 // of the 1,024 that the API of Events allows
)

// Judged tells the author of a CronJob what a Job of its controller breaks. That Job
// is admitted whatever it breaks: refusing it would only make the controller try
// again. The text of a finding is its rule's, as in a warning.
func (r *Recorder) Judged(namespace string, v engine.Verdict) {
	if v.CronJob.Name == "" {
		return
	}
	told := 0
	for _, f := range v.Findings {
		if f.Effective() != config.Warn {
			continue
		}
		if told++; told > maxFindings {
			return
		}
		said := engine.Bounded(engine.OneLine(f.Sentence()), maxText/2)
		r.tell(r.cronJobs, event{
			about: corev1.ObjectReference{
				APIVersion: "batch/v1",
				Kind:       "CronJob",
				Namespace:  strings.Clone(namespace), // what a review says is not kept
				Name:       strings.Clone(v.CronJob.Name),
				UID:        types.UID(strings.Clone(v.CronJob.UID)),
			},
			kind:   corev1.EventTypeWarning,
			reason: reasonPolicy,
			key:    f.Rule + "\n" + said,
			text: engine.Bounded(fmt.Sprintf("A Job of this CronJob was created although %s (%s). Change the CronJob, in spec.jobTemplate; "+
				"`batchgate explain %s` says what is expected and why.", said, f.Rule, f.Rule), maxText),
		})
	}
}
