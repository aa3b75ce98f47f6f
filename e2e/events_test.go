package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

// The warnings that the CronJob controller gets are read by nobody: the author finds them on the CronJob.
func TestAnEventOnTheCronJobTellsWhatItsJobsBreak(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{Overlay: "../e2e/testdata/events", Args: []string{"--events"}})
	client := shared.Client()
	namespace := "told"
	if _, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cron := &batchv1.CronJob{
		ObjectMeta: metav1.ObjectMeta{Name: "restless"},
		Spec: batchv1.CronJobSpec{
			Schedule: "* * * * *",
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
				RestartPolicy: corev1.RestartPolicyNever,
				Containers:    []corev1.Container{{Name: "main", Image: "registry.example.com/tools/report:latest"}},
			}}}},
		},
	}
	if _, err := client.BatchV1().CronJobs(namespace).Create(t.Context(), cron, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, 2*time.Minute, "an Event on the CronJob", func(ctx context.Context) error {
		events, err := client.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=BatchPolicy"})
		if err != nil {
			return err
		}
		for _, event := range events.Items {
			if event.InvolvedObject.Kind == "CronJob" && event.InvolvedObject.Name == "restless" && strings.Contains(event.Message, "(image-pinned)") {
				return nil
			}
		}
		return fmt.Errorf("%d Events, none of them about the image", len(events.Items))
	})
}
