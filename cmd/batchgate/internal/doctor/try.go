package doctor

import (
	"context"
	"slices"
	"strings"
	"sync"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// filled is where the gate keeps account of what it filled in.
	filled = "batchgate.dev/filled"
	// profile is the label that chooses one. Whatever the policy is, /validate warns
	// of one that there is not.
	profile = "batchgate.dev/profile"
)

// warnings are those that the API server sends along.
type warnings struct {
	mu   sync.Mutex
	list []string
}

// HandleWarningHeaderWithContext is that of a rest.WarningHandlerWithContext.
func (w *warnings) HandleWarningHeaderWithContext(_ context.Context, _ int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, text)
}

func (w *warnings) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := slices.Clone(w.list)
	w.list = nil
	return taken
}

// try creates a Job as a dry run: both webhooks are called, nothing is stored.
func (g *gatherer) try(ctx context.Context) fact[probed] {
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "batchgate-doctor-", Namespace: g.ProbeNamespace, Labels: map[string]string{profile: "batchgate-doctor"}},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "probe", Image: "registry.invalid/batchgate-doctor:1.0.0"}},
		}}},
	}
	g.heard.take()
	err := g.client.Create(ctx, job, client.DryRunAll)
	said := g.heard.take()
	return fact[probed]{value: probed{
		refusal: err, filled: job.Annotations[filled] != "", warnings: said,
		judged: slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, profile) }),
	}}
}

// risen is by how much the replicas have answered more reviews than before.
func risen(before, after []replica) (reviews float64, counted bool) {
	for _, now := range after {
		at := slices.IndexFunc(before, func(r replica) bool { return r.name == now.name })
		if at < 0 || before[at].metrics.err != nil || now.metrics.err != nil {
			continue
		}
		was, _ := before[at].metrics.value.sum("batchgate_reviews_total", "", "")
		is, _ := now.metrics.value.sum("batchgate_reviews_total", "", "")
		reviews += is - was
		counted = true
	}
	return reviews, counted
}
