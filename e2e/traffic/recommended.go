package traffic

import (
	"context"
	"encoding/json"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// exempt is a namespace that neither the webhooks nor the policy look at.
const exempt = "kube-public"

// mix makes requests in a namespace of its own.
type mix struct {
	client    kubernetes.Interface
	namespace string
	requests  []Request
}

// Recommended are requests whose answers under the preset "recommended" are known. They are in a new namespace, which
// holds a Job and a CronJob to update; the gate must be there already. What the API server makes of an object by itself
// is asked in a namespace that is exempt, so that what is expected of the gate is exactly the difference.
func Recommended(ctx context.Context, c *controlplane.ControlPlane) ([]Request, error) {
	namespace, err := c.Client().CoreV1().Namespaces().Create(ctx,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "traffic-"}}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	m := &mix{client: c.Client(), namespace: namespace.Name}
	for _, add := range []func(context.Context) error{m.createdJobs, m.createdCronJobs, m.updatedJobs, m.updatedCronJobs} {
		if err := add(ctx); err != nil {
			return nil, err
		}
	}
	return m.requests, nil
}

func (m *mix) createdJobs(ctx context.Context) error {
	asItIs, err := m.plain(ctx, job(complete()))
	if err != nil {
		return err
	}
	filled, err := m.plain(ctx, job(silent()))
	if err != nil {
		return err
	}
	fill(filled)
	filled.TTLSecondsAfterFinished = new(int32(86400))
	asWrong, err := m.plain(ctx, job(runaway()))
	if err != nil {
		return err
	}
	m.add("jobs", "a Job that says everything is admitted as it is", job(complete()), AdmittedJob(asItIs))
	m.add("jobs", "a Job that says nothing is filled in", job(speechless()), AdmittedJob(filled))
	m.add("jobs", "a Job that breaks two rules is refused for both", job(runaway()), Refused(
		tooManyRetries("spec."),
		metav1.StatusCause{
			Type: metav1.CauseTypeFieldValueInvalid, Field: "spec.ttlSecondsAfterFinished",
			Message: "keeps the finished Job for 31536000s, 604800s is the longest allowed (ttl-after-finished)",
		},
	))
	m.add("jobs", "a Job in a namespace that is exempt is admitted as it is", job(runaway()), AdmittedJob(asWrong))
	m.requests[len(m.requests)-1].Namespace = exempt
	return nil
}

func (m *mix) createdCronJobs(ctx context.Context) error {
	filled, err := m.plainCronJob(ctx, cronJob(silent()))
	if err != nil {
		return err
	}
	fill(&filled.JobTemplate.Spec)
	wrong := complete()
	wrong.BackoffLimit = new(int32(50))
	m.add("cronjobs", "a CronJob that says nothing is filled in", cronJob(speechless()), AdmittedCronJob(filled))
	m.add("cronjobs", "a CronJob that breaks a rule is refused", cronJob(wrong), Refused(tooManyRetries("spec.jobTemplate.spec.")))
	return nil
}

func (m *mix) updatedJobs(ctx context.Context) error {
	stored := job(complete())
	stored.Name, stored.GenerateName = "stored", ""
	stored.Spec.Suspend = new(true)
	created, err := m.client.BatchV1().Jobs(m.namespace).Create(ctx, stored, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	m.change("jobs", "a label of a Job may be changed", `{"metadata":{"labels":{"team":"blue"}}}`, AdmittedJob(&created.Spec))
	m.change("jobs", "a Job that is changed to break a rule is refused", `{"spec":{"ttlSecondsAfterFinished":31536000}}`, Refused(
		metav1.StatusCause{
			Type: metav1.CauseTypeFieldValueInvalid, Field: "spec.ttlSecondsAfterFinished",
			Message: "keeps the finished Job for 31536000s, 604800s is the longest allowed (ttl-after-finished)",
		},
	))
	return nil
}

func (m *mix) updatedCronJobs(ctx context.Context) error {
	stored := cronJob(complete())
	stored.Name, stored.GenerateName = "stored", ""
	stored.Spec.Suspend = new(true)
	created, err := m.client.BatchV1().CronJobs(m.namespace).Create(ctx, stored, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	filled := created.Spec.DeepCopy()
	fillResources(&filled.JobTemplate.Spec)
	containers, err := json.Marshal(silent().Template.Spec.Containers)
	if err != nil {
		return err
	}
	m.change("cronjobs", "a CronJob that loses its resources is filled in",
		fmt.Sprintf(`{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":%s}}}}}}`, containers), AdmittedCronJob(filled))
	m.change("cronjobs", "a CronJob that is changed to break a rule is refused",
		`{"spec":{"jobTemplate":{"spec":{"backoffLimit":50}}}}`, Refused(tooManyRetries("spec.jobTemplate.spec.")))
	return nil
}

func (m *mix) add(resource, name string, object any, wrong func(Answer) string) {
	body, err := json.Marshal(object)
	if err != nil {
		panic(err) // objects of Kubernetes
	}
	m.requests = append(m.requests, Request{Name: name, Namespace: m.namespace, Resource: resource, Body: body, Wrong: wrong})
}

func (m *mix) change(resource, name, patch string, wrong func(Answer) string) {
	m.requests = append(m.requests, Request{
		Name: name, Namespace: m.namespace, Resource: resource, Update: "stored", Body: []byte(patch), Wrong: wrong,
	})
}

// plain is what the API server makes of a Job without the gate.
func (m *mix) plain(ctx context.Context, job *batchv1.Job) (*batchv1.JobSpec, error) {
	got, err := m.client.BatchV1().Jobs(exempt).Create(ctx, job, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return nil, err
	}
	return &got.Spec, nil
}

func (m *mix) plainCronJob(ctx context.Context, cronJob *batchv1.CronJob) (*batchv1.CronJobSpec, error) {
	got, err := m.client.BatchV1().CronJobs(exempt).Create(ctx, cronJob, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return nil, err
	}
	return &got.Spec, nil
}

func tooManyRetries(path string) metav1.StatusCause {
	return metav1.StatusCause{
		Type: metav1.CauseTypeFieldValueInvalid, Field: path + "backoffLimit",
		Message: "is 50, the most allowed is 10 (backoff-limit)",
	}
}

// fill is what the preset does to a Job that says nothing.
func fill(spec *batchv1.JobSpec) {
	spec.BackoffLimit = new(int32(4))
	spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	fillResources(spec)
}

func fillResources(spec *batchv1.JobSpec) {
	spec.Template.Spec.Containers[0].Resources = corev1.ResourceRequirements{
		Requests: resources("100m", "128Mi"),
		Limits:   resources("1", "1Gi"),
	}
}

func resources(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
	}
}
