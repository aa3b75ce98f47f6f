package life

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

//go:embed stages.yaml
var stages []byte

const fakeNode = "kwok.x-k8s.io/node"

// Start gives a control plane kube-scheduler, kwok and nodes of these names, and returns when the nodes are ready and
// their Pods live. The scheduler and kwok end with the control plane; stop ends the processes of the Pods.
func Start(
	ctx context.Context, c *controlplane.ControlPlane, suite controlplane.Binaries, featureGates string, names ...string,
) (stop func(), err error) {
	dir := filepath.Join(c.Dir(), "life")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "stages.yaml")
	if err := os.WriteFile(config, stages, 0o644); err != nil {
		return nil, err
	}
	err = c.Join(filepath.Join(suite.Dir, "kube-scheduler"),
		"--kubeconfig="+c.Kubeconfig(), "--leader-elect=false", "--secure-port=0", "--feature-gates="+featureGates)
	if err != nil {
		return nil, err
	}
	err = c.Join(filepath.Join(suite.Dir, "kwok"),
		"--kubeconfig="+c.Kubeconfig(), "--config="+config, "--manage-nodes-with-annotation-selector="+fakeNode+"=fake",
		"--node-lease-duration-seconds=0", "--node-ip=10.1.0.1", "--cidr=10.2.0.0/16")
	if err != nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(c.RESTConfig())
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := join(ctx, client, name); err != nil {
			return nil, fmt.Errorf("node %s: %w", name, err)
		}
	}
	return newKubelet(client, dir, names).start(ctx)
}

// join adds a node. A real kubelet would tell the node lifecycle controller that it is ready, which is not there to take
// the taint away.
func join(ctx context.Context, client kubernetes.Interface, name string) error {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name:        name,
		Annotations: map[string]string{fakeNode: "fake"},
		Labels: map[string]string{
			corev1.LabelHostname:   name,
			corev1.LabelOSStable:   "linux",
			corev1.LabelArchStable: "amd64",
		},
	}}
	if _, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
		return err
	}
	untainted := []byte(`{"spec":{"taints":null}}`)
	_, err := client.CoreV1().Nodes().Patch(ctx, name, types.MergePatchType, untainted, metav1.PatchOptions{})
	if err != nil {
		return err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if ready(node) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("kwok has not made it ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func ready(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
