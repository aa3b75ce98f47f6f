package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cri-streaming/pkg/streaming/portforward"

	"github.com/batchgate/batchgate/e2e/traffic"
)

// webhookPort is that of the shipped Deployment.
const webhookPort = 9443

// kubelet forwards connections to the webhook of replicas, by the names of their Pods, on every node.
type kubelet map[string]*traffic.Replicas

// startKubelet makes the nodes of the replicas known, each with this kubelet.
func startKubelet(t *testing.T, replicas *traffic.Replicas) {
	t.Helper()
	k := kubelet{}
	server := httptest.NewTLSServer(http.HandlerFunc(k.serve))
	t.Cleanup(server.Close)
	for i := range replicas.Gates() {
		k[fmt.Sprintf("batchgate-%d", i)] = replicas
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("node-%d", i)}}
		node, err := shared.Client().CoreV1().Nodes().Create(t.Context(), node, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := shared.Client().CoreV1().Nodes().Delete(context.WithoutCancel(t.Context()), node.Name, metav1.DeleteOptions{}); err != nil {
				t.Error(err)
			}
		})
		node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "127.0.0.1"}}
		node.Status.DaemonEndpoints.KubeletEndpoint.Port = int32(server.Listener.Addr().(*net.TCPAddr).Port)
		if _, err := shared.Client().CoreV1().Nodes().UpdateStatus(t.Context(), node, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

func (k kubelet) serve(w http.ResponseWriter, r *http.Request) {
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/") // portForward/NAMESPACE/POD
	if len(path) < 3 || path[0] != "portForward" {
		http.NotFound(w, r)
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, k, path[2], "", options, time.Minute, 10*time.Second, portforward.SupportedProtocols)
}

// PortForward connects a stream with a port of a Pod.
func (k kubelet) PortForward(ctx context.Context, pod, _ string, port int32, stream io.ReadWriteCloser) error {
	var number int
	if _, err := fmt.Sscanf(pod, "batchgate-%d", &number); err != nil || k[pod] == nil || port != webhookPort {
		return fmt.Errorf("pod %s, port %d: nobody is there", pod, port)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(k[pod].Gate(number).Port)))
	if err != nil {
		return err
	}
	var copying sync.WaitGroup
	copying.Go(func() {
		_, _ = io.Copy(conn, stream)
		_ = conn.(*net.TCPConn).CloseWrite()
	})
	_, err = io.Copy(stream, conn)
	err = errors.Join(err, stream.Close(), conn.Close())
	copying.Wait()
	return err
}
