package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// sent is a recorded review in the form in which kube-apiserver writes it:
// compact, the uid before the object. The recordings are sorted and indented.
func sent(tb testing.TB, name string, change func(*batchv1.Job)) []byte {
	tb.Helper()
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorded(tb, name), &review); err != nil {
		tb.Fatal(err)
	}
	if change != nil {
		var job batchv1.Job
		if err := json.Unmarshal(review.Request.Object.Raw, &job); err != nil {
			tb.Fatal(err)
		}
		change(&job)
		raw, err := json.Marshal(job)
		if err != nil {
			tb.Fatal(err)
		}
		review.Request.Object.Raw = raw
	}
	text, err := json.Marshal(review)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// reviews are the sizes and kinds that benchmarks compare.
func reviews(tb testing.TB) map[string][]byte {
	const job, cron = "01-job-minimal-kubectl-create.mutating.json", "03-cronjob-minimal-kubectl-apply.mutating.json"
	return map[string][]byte{
		"minimal":   sent(tb, job, nil),
		"compliant": sent(tb, job, comply),
		"cronjob":   sent(tb, cron, nil),
		"40KiB": sent(tb, job, func(j *batchv1.Job) {
			comply(j)
			main := &j.Spec.Template.Spec.Containers[0]
			for i := range 300 {
				main.Env = append(main.Env, envVar(fmt.Sprintf("SETTING_%03d", i), strings.Repeat("v", 40)))
			}
			j.Annotations = map[string]string{"example.com/notes": strings.Repeat("n", 16<<10)}
		}),
	}
}

// comply gives a Job what the recommended policy asks for.
func comply(j *batchv1.Job) {
	ttl, deadline, backoff := int32(3600), int64(600), int32(3)
	j.Spec.TTLSecondsAfterFinished, j.Spec.ActiveDeadlineSeconds, j.Spec.BackoffLimit = &ttl, &deadline, &backoff
	main := &j.Spec.Template.Spec.Containers[0]
	main.Image = "registry.example.com/team/hello@sha256:" + strings.Repeat("a", 64)
	main.Resources = resources("100m", "128Mi", "500m", "256Mi")
}

func envVar(name, value string) corev1.EnvVar { return corev1.EnvVar{Name: name, Value: value} }

func resources(requestCPU, requestMemory, limitCPU, limitMemory string) corev1.ResourceRequirements {
	list := func(cpu, memory string) corev1.ResourceList {
		return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
	}
	return corev1.ResourceRequirements{Requests: list(requestCPU, requestMemory), Limits: list(limitCPU, limitMemory)}
}
