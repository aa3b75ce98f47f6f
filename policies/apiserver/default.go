package apiserver

import (
	"math"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// Default fills in what the API server fills in while it decodes. It is
// idempotent. A CronJob's template gets the defaults of a pod template and not
// those of a Job.
//
// A Job without labels shares the label map of its template afterwards, as it
// does in the API server: labels that Prepare puts on the template appear on
// such a Job too, unless it went through JSON in between.
func (o *Object) Default() {
	if o.CronJob != nil {
		defaultCronJob(o.CronJob)
	} else {
		defaultJob(o.Job)
	}
	spec := o.jobSpec()
	if policy := spec.PodFailurePolicy; policy != nil {
		for i := range policy.Rules {
			for j := range policy.Rules[i].OnPodConditions {
				fill(&policy.Rules[i].OnPodConditions[j].Status, corev1.ConditionTrue)
			}
		}
	}
	defaultPodSpec(&spec.Template.Spec)
}

func defaultJob(job *batchv1.Job) {
	spec := &job.Spec
	// Parallelism alone means a work queue: completions stay unset.
	if spec.Parallelism == nil {
		point(&spec.Completions, 1)
		point(&spec.Parallelism, 1)
	}
	retries := int32(6)
	if spec.BackoffLimitPerIndex != nil {
		retries = math.MaxInt32
	}
	point(&spec.BackoffLimit, retries)
	if len(job.Labels) == 0 && spec.Template.Labels != nil {
		job.Labels = spec.Template.Labels
	}
	point(&spec.CompletionMode, batchv1.NonIndexedCompletion)
	point(&spec.Suspend, false)
	replace := batchv1.TerminatingOrFailed
	if spec.PodFailurePolicy != nil {
		replace = batchv1.Failed
	}
	point(&spec.PodReplacementPolicy, replace)
	point(&spec.ManualSelector, false)
}

func defaultCronJob(cron *batchv1.CronJob) {
	fill(&cron.Spec.ConcurrencyPolicy, batchv1.AllowConcurrent)
	point(&cron.Spec.Suspend, false)
	point(&cron.Spec.SuccessfulJobsHistoryLimit, 3)
	point(&cron.Spec.FailedJobsHistoryLimit, 1)
}

// fill sets a field that has its zero value.
func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// point sets an optional field that is absent.
func point[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}
