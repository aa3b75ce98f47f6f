package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/doctor"
)

// TestDoctorNamesAPodThatNeverAnswers is about what somebody reads; the bounds themselves
// are tested where they are.
func TestDoctorNamesAPodThatNeverAnswers(t *testing.T) {
	t.Parallel()
	const pods = `{"apiVersion": "v1", "kind": "PodList", "items": [{
		"metadata": {"namespace": "batchgate-system", "name": "batchgate-7c9f"},
		"spec": {"nodeName": "gone", "containers": [{"name": "batchgate", "ports": [{"name": "health", "containerPort": 1}, {"name": "metrics", "containerPort": 1}, {"name": "webhook", "containerPort": 1}]}]},
		"status": {"phase": "Running", "podIP": "127.0.0.1"}}]}`
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch path := r.URL.Path; {
		case strings.HasSuffix(path, "/namespaces/batchgate-system/pods"):
			_, _ = w.Write([]byte(pods))
		case strings.Contains(path, "/proxy/"), strings.HasSuffix(path, "/portforward"):
			select {
			case <-r.Context().Done():
			case <-ended:
			}
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}`))
		}
	}))
	t.Cleanup(func() {
		close(ended)
		server.Close()
	})
	kubeconfig := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: a}}]\nclusters: [{name: a, cluster: {server: \"" + server.URL + "\"}}]\n"
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const short = 50 * time.Millisecond
	o := doctorOptions{
		clusterOptions: clusterOptions{kubeconfig: kubeconfig, timeout: time.Minute}, namespace: "batchgate-system", probe: "default",
		patience: doctor.Patience{Page: short, Near: short, Far: short}, env: func(string) string { return "" },
	}
	var out, errs bytes.Buffer
	code, err := o.run(t.Context(), ioStreams{Out: &out, Err: &errs})
	if code != exitUnjudged || err != nil {
		t.Errorf("exit status %d, %v", code, err)
	}
	if !strings.Contains(out.String(), "policy: not checked: replica batchgate-7c9f: ") || !strings.Contains(out.String(), "\nneighbours: ") {
		t.Errorf("it says %s%s", &out, &errs)
	}
}
