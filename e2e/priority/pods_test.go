package priority

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/world"
)

func TestPodsAreMadeWhereTheirPriorityClassIsLimited(t *testing.T) {
	for name, c := range map[string]struct {
		manifests string
		replicas  int
	}{
		"kustomize":                {rendered.Kustomize(t), 2},
		"kustomize, with many":     {strings.Replace(rendered.Kustomize(t), "\n  replicas: 2\n", "\n  replicas: 12\n", 1), 12},
		"chart":                    {rendered.Chart(t, map[string]any{}).Manifest, 2},
		"chart, of another class":  {rendered.Chart(t, map[string]any{"priorityClassName": "system-node-critical"}).Manifest, 2},
		"chart, of no class":       {rendered.Chart(t, map[string]any{"priorityClassName": ""}).Manifest, 2},
		"chart, with many of them": {rendered.Chart(t, map[string]any{"replicas": 12}).Manifest, 12},
	} {
		t.Run(name, func(t *testing.T) {
			installed(t, c.manifests)
			pods(t, c.replicas)
			// None of them is ready here, so a roll-out can add one and end none: the most that there are at a time.
			restart := []byte(`{"spec":{"template":{"metadata":{"annotations":{"example.com/restarted":"now"}}}}}`)
			_, err := shared.Client().AppsV1().Deployments(rendered.Namespace).
				Patch(t.Context(), "batchgate", types.StrategicMergePatchType, restart, metav1.PatchOptions{})
			if err != nil {
				t.Fatal(err)
			}
			pods(t, c.replicas+1)
		})
	}
}

// Without this refusal the test above would show nothing.
func TestNoPodIsMadeWithoutTheQuota(t *testing.T) {
	var kept []string
	for document := range strings.SplitSeq(rendered.Kustomize(t), "\n---\n") {
		if !strings.Contains(document, "kind: ResourceQuota\n") {
			kept = append(kept, document)
		}
	}
	installed(t, strings.Join(kept, "\n---\n"))
	world.Eventually(t, time.Minute, "the API server refuses the Pods", func(ctx context.Context) error {
		sets, err := shared.Client().AppsV1().ReplicaSets(rendered.Namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, set := range sets.Items {
			for _, condition := range set.Status.Conditions {
				if strings.Contains(condition.Message, "insufficient quota to match these scopes") {
					return nil
				}
			}
		}
		return errors.New("no ReplicaSet says that its Pods are refused")
	})
}

// installed applies manifests, once the namespace of the test before is gone.
func installed(t *testing.T, manifests string) {
	t.Helper()
	namespaces := shared.Client().CoreV1().Namespaces()
	world.Eventually(t, time.Minute, "the namespace is free", func(ctx context.Context) error {
		_, err := namespaces.Get(ctx, rendered.Namespace, metav1.GetOptions{})
		if err == nil {
			return fmt.Errorf("namespace %s is still there", rendered.Namespace)
		}
		return client.IgnoreNotFound(err)
	})
	namespace := "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + rendered.Namespace + "}\n---\n"
	if result := shared.Kubectl(t.Context(), namespace+manifests, "apply", "--server-side", "--force-conflicts", "-f", "-"); result.Code != 0 {
		t.Fatal(result.Output)
	}
	t.Cleanup(func() {
		if err := namespaces.Delete(context.WithoutCancel(t.Context()), rendered.Namespace, metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
	})
}

// pods waits until so many are there.
func pods(t *testing.T, want int) {
	t.Helper()
	world.Eventually(t, time.Minute, fmt.Sprintf("there are %d Pods", want), func(ctx context.Context) error {
		list, err := shared.Client().CoreV1().Pods(rendered.Namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		if len(list.Items) != want {
			return fmt.Errorf("%d Pods", len(list.Items))
		}
		for _, pod := range list.Items {
			if pod.Status.Phase != corev1.PodPending {
				return fmt.Errorf("Pod %s is %s", pod.Name, pod.Status.Phase)
			}
		}
		return nil
	})
}
