package doctor

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// hanging is a Pod that takes every connection and never says anything, as one whose
// processes are stopped.
func hanging(t *testing.T) (at net.Listener) {
	t.Helper()
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var taken []net.Conn
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := at.Accept()
			if err != nil {
				return
			}
			taken = append(taken, conn)
		}
	}()
	t.Cleanup(func() {
		_ = at.Close()
		<-ended
		for _, conn := range taken {
			_ = conn.Close()
		}
	})
	return at
}

// before is an API server that knows the Pod and nothing else, and passes on what it is
// asked of it.
func before(t *testing.T, pod net.Listener) *rest.Config {
	t.Helper()
	port := int32(pod.Addr().(*net.TCPAddr).Port)
	var ports []corev1.ContainerPort
	for _, name := range []string{"health", "metrics", "webhook"} {
		ports = append(ports, corev1.ContainerPort{Name: name, ContainerPort: port})
	}
	pods := &corev1.PodList{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"},
		Items: []corev1.Pod{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "batchgate-system", Name: "batchgate-7c9f"},
			Spec:       corev1.PodSpec{NodeName: "gone", Containers: []corev1.Container{{Name: "batchgate", Ports: ports}}},
			Status:     corev1.PodStatus{Phase: corev1.PodRunning, PodIP: "127.0.0.1"},
		}},
	}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: pod.Addr().String()})
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch path := r.URL.Path; {
		case strings.HasSuffix(path, "/namespaces/batchgate-system/pods"):
			_ = json.NewEncoder(w).Encode(pods)
		case strings.Contains(path, "/proxy/"), strings.HasSuffix(path, "/portforward"):
			proxy.ServeHTTP(w, r)
		default:
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound})
		}
	}))
	t.Cleanup(func() {
		server.CloseClientConnections() // the dialer of a port-forward goes on
		server.Close()
	})
	return &rest.Config{Host: server.URL}
}

// TestAPodThatNeverAnswersDoesNotTakeTheTimeOfTheRest has a bound for everything that
// nobody waits for as long as Pods are bounded: where they are not, what is asked last
// finds no time.
func TestAPodThatNeverAnswersDoesNotTakeTheTimeOfTheRest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const short = 50 * time.Millisecond
	r, err := Run(ctx, Options{
		Config: before(t, hanging(t)), Namespace: "batchgate-system", Name: "batchgate", ProbeNamespace: "default",
		Patience: Patience{Page: short, Near: short, Far: short},
	})
	if err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Errorf("the Pod took all the time there was")
	}
	var named []string
	for _, f := range r.Findings {
		if strings.Contains(f.Text, "batchgate-7c9f") {
			named = append(named, f.Check+" "+string(f.Status))
		} else if strings.Contains(f.Text, context.DeadlineExceeded.Error()) {
			t.Errorf("there was no time for %s: %s", f.Check, f.Text)
		}
	}
	if !slices.Contains(named, "policy not checked") {
		t.Errorf("the Pod is named by %q: %v", named, r.Findings)
	}
	if last := r.Findings[len(r.Findings)-1]; last.Check != "neighbours" {
		t.Errorf("the last check is %s", last.Check)
	}
}

func TestWithoutOtherBoundsTheUsualOnesHold(t *testing.T) {
	t.Parallel()
	want := Patience{Page: 4 * time.Second, Near: 2 * time.Second, Far: 5 * time.Second}
	if diff := cmp.Diff(want, Patience{}.usual()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want.Page = time.Hour
	if diff := cmp.Diff(want, Patience{Page: time.Hour}.usual()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
