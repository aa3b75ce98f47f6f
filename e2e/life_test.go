package e2e

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestAFilledJobThatFinishesIsRemovedByTheTTLController(t *testing.T) {
	guardedBy(t, policy(t, "short-ttl.yaml"))
	u := newUser(t)
	u.does(jobOf("probe", silentSpec), "create", "-f", "-")
	if got := missionOf(u.job("probe").Spec).TTL; got != 1 {
		t.Fatalf("ttlSecondsAfterFinished is %d, expected the 1 of the policy", got)
	}
	u.finishes("probe")
	eventually(t, "the TTL controller removes the Job", func(ctx context.Context) error {
		_, err := shared.Client().BatchV1().Jobs(u.namespace).Get(ctx, "probe", metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errNotYet
	})
}

// finishes does what a kubelet would do with the Pod of a Job: it reports success.
func (u *user) finishes(job string) {
	u.t.Helper()
	pods := shared.Client().CoreV1().Pods(u.namespace)
	eventually(u.t, "the Pod of "+job+" succeeds", func(ctx context.Context) error {
		list, err := pods.List(ctx, metav1.ListOptions{LabelSelector: "batch.kubernetes.io/job-name=" + job})
		if err != nil {
			return err
		}
		if len(list.Items) == 0 {
			return errNotYet
		}
		pod := &list.Items[0]
		pod.Status.Phase = corev1.PodSucceeded
		_, err = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
		return err
	})
}
