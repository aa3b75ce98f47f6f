package traffic

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func job(spec batchv1.JobSpec) *batchv1.Job {
	return &batchv1.Job{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{GenerateName: "traffic-"},
		Spec:       spec,
	}
}

func cronJob(spec batchv1.JobSpec) *batchv1.CronJob {
	return &batchv1.CronJob{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "CronJob"},
		ObjectMeta: metav1.ObjectMeta{GenerateName: "traffic-"},
		Spec: batchv1.CronJobSpec{
			Schedule:    "15 2 * * *",
			JobTemplate: batchv1.JobTemplateSpec{Spec: spec},
		},
	}
}

// silent says nothing but what to run, and how the API server wants it to be restarted.
func silent() batchv1.JobSpec {
	return batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyNever,
		Containers:    []corev1.Container{{Name: "main", Image: "registry.example.com/tools/report:1.4.2"}},
	}}}
}

// speechless is silent about the restart policy, too, which passes only where a webhook fills it in.
func speechless() batchv1.JobSpec {
	spec := silent()
	spec.Template.Spec.RestartPolicy = ""
	return spec
}

// complete says everything that the preset asks for.
func complete() batchv1.JobSpec {
	spec := silent()
	spec.ActiveDeadlineSeconds = new(int64(3600))
	spec.BackoffLimit = new(int32(2))
	spec.TTLSecondsAfterFinished = new(int32(7200))
	spec.Template.Spec.Containers[0].Resources = corev1.ResourceRequirements{
		Requests: resources("100m", "128Mi"),
		Limits:   resources("1", "256Mi"),
	}
	return spec
}

// runaway retries for long and stays for a year.
func runaway() batchv1.JobSpec {
	spec := complete()
	spec.BackoffLimit = new(int32(50))
	spec.TTLSecondsAfterFinished = new(int32(31536000))
	return spec
}
