package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

var shared *world.World

func TestMain(m *testing.M) {
	// Nobody removes Pods of nodes that are not there.
	os.Exit(world.Run(m, controlplane.Options{WithoutControllers: true}, func(_ context.Context, w *world.World) error {
		shared = w
		return nil
	}))
}

// finding is one of the report.
type finding struct{ Check, Status, Text, Do, Page string }

// examined is the report of `batchgate doctor`, and its exit status.
func examined(t testing.TB, args ...string) ([]finding, int) {
	t.Helper()
	args = append([]string{"doctor", "--kubeconfig", shared.Kubeconfig(), "-o", "json"}, args...)
	result := controlplane.Run(exec.CommandContext(t.Context(), shared.Binary, args...))
	var report struct{ Findings []finding }
	if err := json.Unmarshal([]byte(result.Stdout), &report); err != nil {
		t.Fatalf("%v\n%s", err, result.Output)
	}
	return report.Findings, result.Code
}

// unwell are the findings that are not ok.
func unwell(all []finding) []finding {
	return slices.DeleteFunc(slices.Clone(all), func(f finding) bool { return f.Status == "ok" })
}

// install puts two replicas there, with everything that the controllers of a cluster would write about them.
func install(t *testing.T, prepare func(i int, options *controlplane.GateOptions)) *traffic.Replicas {
	t.Helper()
	return installed(t, traffic.Options{Prepare: prepare}, true)
}

// installed is install for replicas that differ from those that are shipped. Those that are not near are reached through
// the API server alone, but for what they say of themselves.
func installed(t *testing.T, options traffic.Options, near bool) *traffic.Replicas {
	t.Helper()
	options.Gate.Binary, options.Gate.Open = shared.Binary, true
	options.Gate.Args = append(options.Gate.Args, "--drain=0s")
	replicas, err := traffic.StartReplicas(t.Context(), shared.ControlPlane, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(replicas.Close(), forget(context.WithoutCancel(t.Context()))); err != nil {
			t.Error(err)
		}
	})
	if err := describe(t, replicas, near); err != nil {
		t.Fatal(err)
	}
	return replicas
}

// describe writes Pods, endpoints and the Deployment's status.
func describe(t *testing.T, replicas *traffic.Replicas, near bool) error {
	t.Helper()
	ctx, client := t.Context(), shared.Client()
	address, err := ownAddress()
	if err != nil {
		return err
	}
	deployment, err := client.AppsV1().Deployments(rendered.Namespace).Get(ctx, "batchgate", metav1.GetOptions{})
	if err != nil {
		return err
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: "batchgate", Labels: map[string]string{discoveryv1.LabelServiceName: "batchgate"}},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for i, gate := range replicas.Gates() {
		pod := podOf(deployment, i, gate, near)
		if pod, err = client.CoreV1().Pods(rendered.Namespace).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
		pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, PodIP: address, PodIPs: []corev1.PodIP{{IP: address}}}
		if _, err := client.CoreV1().Pods(rendered.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err != nil {
			return err
		}
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}, Hostname: &pod.Name,
		})
	}
	if _, err := client.DiscoveryV1().EndpointSlices(rendered.Namespace).Create(ctx, slice, metav1.CreateOptions{}); err != nil {
		return err
	}
	deployment.Status = appsv1.DeploymentStatus{Replicas: 2, ReadyReplicas: 2, AvailableReplicas: 2}
	_, err = client.AppsV1().Deployments(rendered.Namespace).UpdateStatus(ctx, deployment, metav1.UpdateOptions{})
	return err
}

// podOf is a Pod as the Deployment would make it, with the ports of the process: all of them where it is near.
func podOf(deployment *appsv1.Deployment, i int, gate *controlplane.Gate, near bool) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: *deployment.Spec.Template.ObjectMeta.DeepCopy(), Spec: *deployment.Spec.Template.Spec.DeepCopy()}
	pod.Name = fmt.Sprintf("batchgate-%d", i)
	pod.Spec.NodeName = fmt.Sprintf("node-%d", i)
	pod.Spec.PriorityClassName = "" // nobody counts the quota of the class here, and one that is not counted keeps Pods out
	ports := map[string]int{"health": gate.HealthPort, "metrics": gate.Metrics}
	if near {
		ports["webhook"] = gate.Port
	}
	for at, port := range ports {
		for n := range pod.Spec.Containers[0].Ports {
			if pod.Spec.Containers[0].Ports[n].Name == at {
				pod.Spec.Containers[0].Ports[n].ContainerPort = int32(port)
			}
		}
	}
	return pod
}

// forget removes what describe wrote.
func forget(ctx context.Context) error {
	result := shared.Kubectl(ctx, "", "-n", rendered.Namespace, "delete", "pods,endpointslices", "--all", "--grace-period=0", "--force", "--ignore-not-found")
	if result.Code != 0 {
		return errors.New(result.Output)
	}
	return nil
}

// ownAddress is one of this machine that the API server's proxy takes for a Pod's: not loopback.
func ownAddress() (string, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			return network.IP.String(), nil
		}
	}
	return "", errors.New("this machine has no IPv4 address but loopback; expected one, as the API server's proxy refuses loopback")
}

// told is true when one of the findings is of a check, with a status and a text.
func told(all []finding, want finding) bool {
	return slices.ContainsFunc(all, func(f finding) bool {
		return f.Check == want.Check && f.Status == want.Status && strings.Contains(f.Text, want.Text)
	})
}
