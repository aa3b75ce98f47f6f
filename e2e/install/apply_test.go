package install

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/world"
)

const restricted = `apiVersion: v1
kind: Namespace
metadata:
  name: ` + rendered.Namespace + `
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/warn: restricted
`

func TestEveryOverlayIsAcceptedByTheAPIServer(t *testing.T) {
	for name, components := range rendered.Overlays() {
		t.Run(name, func(t *testing.T) { accepted(t, rendered.Kustomize(t, components...)) })
	}
}

func TestTheChartIsAcceptedByTheAPIServerWithEveryFileOfValues(t *testing.T) {
	for name, values := range rendered.ChartValues(t) {
		t.Run(name, func(t *testing.T) { accepted(t, rendered.Everything(rendered.Chart(t, values))) })
	}
}

func TestTheChartIsAcceptedByTheAPIServerWithEveryOptionTurned(t *testing.T) {
	for name, values := range turned(t) {
		t.Run(name, func(t *testing.T) { accepted(t, rendered.Everything(rendered.Chart(t, values))) })
	}
}

// accepted applies manifests and creates a Pod of each Pod template, as its controller would.
func accepted(t *testing.T, manifests string) {
	t.Helper()
	// The Job of `helm test` cannot be changed; Helm deletes it before, too.
	if r := shared.Kubectl(t.Context(), "", "-n", rendered.Namespace, "delete", "jobs", "--all", "--ignore-not-found"); r.Code != 0 {
		t.Fatal(r.Output)
	}
	result := shared.Kubectl(t.Context(), restricted+"---\n"+manifests, "apply", "--server-side", "--force-conflicts", "-f", "-")
	if result.Code != 0 || strings.Contains(result.Stderr, "Warning") {
		t.Fatalf("kubectl apply: %s", result.Output)
	}
	made := 0
	for _, object := range rendered.Objects(t, manifests) {
		var template corev1.PodTemplateSpec
		switch object := object.(type) {
		case *appsv1.Deployment:
			template = object.Spec.Template
		case *batchv1.Job:
			template = object.Spec.Template
		default:
			continue
		}
		made++
		if err := tryPod(t, template); err != nil {
			t.Errorf("%s: its Pods: %v", rendered.NameOf(object), err)
		}
	}
	if made == 0 {
		t.Error("there is nothing in it that makes Pods")
	}
}

func tryPod(t *testing.T, template corev1.PodTemplateSpec) error {
	t.Helper()
	quotaCounted(t)
	pod := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: template.Spec}
	pod.GenerateName = "batchgate-"
	_, err := shared.Client().CoreV1().Pods(rendered.Namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// quotaCounted waits until it is known what the quota of the gate's Pods leaves, if there is one.
func quotaCounted(t *testing.T) {
	t.Helper()
	world.Eventually(t, time.Minute, "the quota is counted", func(ctx context.Context) error {
		quotas, err := shared.Client().CoreV1().ResourceQuotas(rendered.Namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, quota := range quotas.Items {
			if !equality.Semantic.DeepEqual(quota.Spec.Hard, quota.Status.Hard) {
				return fmt.Errorf("quota %s: %v is counted, expected %v", quota.Name, quota.Status.Hard, quota.Spec.Hard)
			}
		}
		return nil
	})
}

func TestAPodThatRunsAsRootIsNotAccepted(t *testing.T) {
	accepted(t, rendered.Kustomize(t))
	for _, object := range rendered.Objects(t, rendered.Kustomize(t)) {
		deployment, ok := object.(*appsv1.Deployment)
		if !ok {
			continue
		}
		deployment.Spec.Template.Spec.SecurityContext.RunAsNonRoot = nil
		deployment.Spec.Template.Spec.SecurityContext.RunAsUser = new(int64(0))
		if err := tryPod(t, deployment.Spec.Template); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "PodSecurity") {
			t.Errorf("got %v, expected PodSecurity to refuse it", err)
		}
	}
}
