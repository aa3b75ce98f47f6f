package availability

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/world"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestWhatRunsFinishesAndIsRemovedWhileTheGateIsDown(t *testing.T) {
	r := guard(t)
	namespace := newNamespace(t)
	jobs := shared.Client().BatchV1().Jobs(namespace)
	for _, name := range []string{"finishes", "leaves"} {
		if _, err := jobs.Create(t.Context(), newJob(name), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range r.Gates() {
		if err := r.Stop(i); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := jobs.Create(t.Context(), newJob("late"), metav1.CreateOptions{}); !apierrors.IsInternalError(err) {
		t.Fatalf("a new Job: %v, expected a failed call", err)
	}
	succeed(t, namespace, "finishes")
	world.Eventually(t, time.Minute, "the Job finishes", func(ctx context.Context) error {
		job, err := jobs.Get(ctx, "finishes", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if job.Status.CompletionTime == nil {
			return fmt.Errorf("its conditions are %v", job.Status.Conditions)
		}
		return nil
	})
	foreground := metav1.DeletePropagationForeground
	if err := jobs.Delete(t.Context(), "leaves", metav1.DeleteOptions{PropagationPolicy: &foreground}); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, time.Minute, "the Job that is deleted in the foreground is removed", func(ctx context.Context) error {
		_, err := jobs.Get(ctx, "leaves", metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(errors.New("it is still there"), err)
	})
	if err := shared.Client().CoreV1().Namespaces().Delete(t.Context(), namespace, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, time.Minute, "the namespace is removed with what is in it", func(ctx context.Context) error {
		_, err := shared.Client().CoreV1().Namespaces().Get(ctx, namespace, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(errors.New("it is still there"), err)
	})
}

func TestTheGatesOwnPodsAndJobsStartWhileItIsDown(t *testing.T) {
	r := guard(t)
	for i := range r.Gates() {
		if err := r.Stop(i); err != nil {
			t.Fatal(err)
		}
	}
	const own = "batchgate-system"
	job := newJob("hook")
	job.Spec.Template.Spec = restricted(job.Spec.Template.Spec)
	if _, err := shared.Client().BatchV1().Jobs(own).Create(t.Context(), job, metav1.CreateOptions{}); err != nil {
		t.Errorf("its own Job: %v", err)
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "replica"}, Spec: job.Spec.Template.Spec}
	if _, err := shared.Client().CoreV1().Pods(own).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Errorf("its own Pod: %v", err)
	}
	world.Eventually(t, time.Minute, "the Job controller makes the Pod of its own Job", func(ctx context.Context) error {
		pods, err := shared.Client().CoreV1().Pods(own).List(ctx, metav1.ListOptions{LabelSelector: "batch.kubernetes.io/job-name=hook"})
		if err == nil && len(pods.Items) == 0 {
			err = errors.New("there is none")
		}
		return err
	})
	background := metav1.DeletePropagationBackground
	for what, err := range map[string]error{
		"Job": shared.Client().BatchV1().Jobs(own).Delete(t.Context(), "hook", metav1.DeleteOptions{PropagationPolicy: &background}),
		"Pod": shared.Client().CoreV1().Pods(own).Delete(t.Context(), "replica", metav1.DeleteOptions{GracePeriodSeconds: new(int64)}),
	} {
		if err != nil {
			t.Errorf("removal of its own %s: %v", what, err)
		}
	}
}

// newJob keeps to every rule.
func newJob(name string) *batchv1.Job {
	return &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: jobSpec()}
}

func jobSpec() batchv1.JobSpec {
	return batchv1.JobSpec{
		BackoffLimit: new(int32(2)), ActiveDeadlineSeconds: new(int64(3600)),
		Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "main", Image: "registry.example.com/tools/report:1.4.2"}},
		}},
	}
}

// restricted is what Pod Security asks of the gate's namespace.
func restricted(spec corev1.PodSpec) corev1.PodSpec {
	spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsNonRoot: new(true), RunAsUser: new(int64(65532)),
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	spec.Containers[0].SecurityContext = &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
	return spec
}

// succeed does what a kubelet would do with the Pod of a Job.
func succeed(t *testing.T, namespace, job string) {
	t.Helper()
	pods := shared.Client().CoreV1().Pods(namespace)
	world.Eventually(t, time.Minute, "the Pod of "+job+" succeeds", func(ctx context.Context) error {
		list, err := pods.List(ctx, metav1.ListOptions{LabelSelector: "batch.kubernetes.io/job-name=" + job})
		if err != nil {
			return err
		}
		if len(list.Items) == 0 {
			return errors.New("there is none")
		}
		pod := &list.Items[0]
		pod.Status.Phase = corev1.PodSucceeded
		_, err = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
		return err
	})
}
