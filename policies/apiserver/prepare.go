package apiserver

import (
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// The labels that tie Pods to their Job: with the prefix, and as they were
// spelled before it.
const (
	oldUIDLabel  = "controller-uid"
	oldNameLabel = "job-name"
)

// suffix stands for the five characters that the API server appends to
// metadata.generateName; longest is how much of generateName it keeps.
const (
	suffix  = "xxxxx"
	longest = 63 - len(suffix)
)

// Admit does what happens to metadata between decoding and the first webhook:
// the system's fields are wiped, an empty namespace becomes that of the
// request, managedFields are dropped (LeaveEvidence makes new ones).
// A resourceVersion stays: the API server refuses it only while storing, and
// NotCovered names it. The author's status and generation stay too.
func (o *Object) Admit(namespace string) {
	m := o.meta()
	m.UID = ""
	m.CreationTimestamp = metav1.Time{}
	m.DeletionTimestamp = nil
	m.DeletionGracePeriodSeconds = nil
	m.SelfLink = "" //nolint:staticcheck // deprecated, and still wiped
	m.ManagedFields = nil
	fill(&m.Namespace, namespace)
}

// Prepare does what happens between the last mutating webhook and validation.
// For a generateName no name is made; labels that carry the Job's name get
// generateName with five x.
func (o *Object) Prepare(uid types.UID) {
	m := o.meta()
	m.UID = uid
	m.Generation = 1
	// The feature gate of gang scheduling (WorkloadWithJob) is off.
	o.jobSpec().Scheduling = nil
	dropDisabled(&o.jobSpec().Template)
	if o.CronJob != nil {
		o.CronJob.Status = batchv1.CronJobStatus{}
		return
	}
	o.Job.Status = batchv1.JobStatus{}
	if manual := o.Job.Spec.ManualSelector; manual == nil || !*manual {
		selectOwnPods(o.Job)
	}
}

func selectOwnPods(job *batchv1.Job) {
	labels := &job.Spec.Template.Labels
	name, uid := stored(&job.ObjectMeta), string(job.UID)
	keep(labels, oldNameLabel, name)
	keep(labels, batchv1.JobNameLabel, name)
	keep(labels, oldUIDLabel, uid)
	keep(labels, batchv1.ControllerUidLabel, uid)
	point(&job.Spec.Selector, metav1.LabelSelector{})
	keep(&job.Spec.Selector.MatchLabels, batchv1.ControllerUidLabel, uid)
}

// keep adds a key that is not there yet.
func keep(labels *map[string]string, key, value string) {
	if *labels == nil {
		*labels = map[string]string{}
	}
	if _, ok := (*labels)[key]; !ok {
		(*labels)[key] = value
	}
}

// stored is the name under which the object would be stored.
func stored(m *metav1.ObjectMeta) string {
	if m.Name != "" || m.GenerateName == "" {
		return m.Name
	}
	return m.GenerateName[:min(len(m.GenerateName), longest)] + suffix
}
