package apiserver

import (
	"fmt"
	"maps"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Child is the Job that the CronJob controller creates for the run at the given
// time. A zone that cannot be loaded leaves the time's own zone in the
// annotation; the API server refuses such a CronJob. No default is filled in.
func Child(cron *batchv1.CronJob, at time.Time) *batchv1.Job {
	template := &cron.Spec.JobTemplate
	if cron.Spec.TimeZone != nil {
		if zone, err := time.LoadLocation(*cron.Spec.TimeZone); err == nil {
			at = at.In(zone)
		}
	}
	job := &batchv1.Job{
		TypeMeta: metav1.TypeMeta{APIVersion: apiVersion, Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        fmt.Sprintf("%s-%d", cron.Name, at.Unix()/60),
			Namespace:   cron.Namespace,
			Labels:      map[string]string{},
			Annotations: map[string]string{},
			OwnerReferences: []metav1.OwnerReference{
				*metav1.NewControllerRef(cron, batchv1.SchemeGroupVersion.WithKind("CronJob")),
			},
		},
	}
	maps.Copy(job.Labels, template.Labels)
	maps.Copy(job.Annotations, template.Annotations)
	job.Annotations[batchv1.CronJobScheduledTimestampAnnotation] = at.Format(time.RFC3339)
	template.Spec.DeepCopyInto(&job.Spec)
	return job
}
