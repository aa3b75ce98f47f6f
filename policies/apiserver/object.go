package apiserver

import (
	"encoding/json"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// apiVersion is the only version of Jobs and CronJobs that the API server
// serves.
const apiVersion = "batch/v1"

// Object is one Job or one CronJob; exactly one of the two is set.
type Object struct {
	Job     *batchv1.Job
	CronJob *batchv1.CronJob
}

// Served tells whether kube-apiserver 1.37 serves this kind of batch work:
// batch/v1 Job and CronJob, and nothing older.
func Served(version, kind string) bool {
	return version == apiVersion && (kind == "Job" || kind == "CronJob")
}

// Kind is "Job" or "CronJob".
func (o *Object) Kind() string {
	if o.CronJob != nil {
		return "CronJob"
	}
	return "Job"
}

// JSON is the object as it stands in an AdmissionReview: with apiVersion and
// kind, and with what encoding/json escapes escaped.
func (o *Object) JSON() ([]byte, error) {
	return json.Marshal(o.typed())
}

// typed is the object with its type written into it.
func (o *Object) typed() any {
	t := metav1.TypeMeta{APIVersion: apiVersion, Kind: o.Kind()}
	if o.CronJob != nil {
		o.CronJob.TypeMeta = t
		return o.CronJob
	}
	o.Job.TypeMeta = t
	return o.Job
}

func (o *Object) meta() *metav1.ObjectMeta {
	if o.CronJob != nil {
		return &o.CronJob.ObjectMeta
	}
	return &o.Job.ObjectMeta
}

// jobSpec is the Job's spec, or that of a CronJob's template.
func (o *Object) jobSpec() *batchv1.JobSpec {
	if o.CronJob != nil {
		return &o.CronJob.Spec.JobTemplate.Spec
	}
	return &o.Job.Spec
}

// Namespace is that of the object's metadata.
func (o *Object) Namespace() string { return o.meta().Namespace }

// Name is the object's name, and what the API server makes one of when there
// is none.
func (o *Object) Name() (name, generateName string) { return o.meta().Name, o.meta().GenerateName }
