package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/batchgate/batchgate/policies/apiserver"
)

// TestParityOfKubectl proves that the requests of these tests are those of kubectl: on one case in twenty, the real kubectl
// talks to the API server through a recorder, which keeps what would change anything to itself.
func TestParityOfKubectl(t *testing.T) {
	recorder := record(t)
	seen := map[apiserver.Client]int{}
	compared := 0
	for i, cs := range generated(t) {
		if i%20 != 0 && shared.only < 0 || cs.User != admin {
			continue
		}
		object, err := read(cs.Manifest, cs.Namespace)
		if err != nil {
			continue // kubectl sends nothing
		}
		cs.Client = client(cs, object)
		want, err := kubectl(cs, object)
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"create"}
		switch cs.Client {
		case apiserver.Apply:
			args = []string{"apply"}
		case apiserver.ServerSideApply:
			args = []string{"apply", "--server-side"}
		}
		if cs.DryRun {
			args = append(args, "--dry-run=server")
		}
		args = append(args, "--validate="+strings.ToLower(string(cs.Fields)), "-f", "-")
		got := recorder.run(t, cs, string(cs.Manifest), args...)
		if diff := cmp.Diff(plainly(t, want), got); diff != "" {
			t.Errorf("%s (-test +kubectl)\n%s\n%s", cs, diff, cs.Manifest)
		}
		seen[cs.Client]++
		compared++
	}
	t.Logf("%d requests compared: %v", compared, seen)
	if shared.only < 0 && len(seen) < 3 {
		t.Errorf("clients reached: %v", seen)
	}
}

// TestParityOfCreateJobFrom does the same for the Job that somebody makes from a CronJob.
func TestParityOfCreateJobFrom(t *testing.T) {
	const name = "nightly"
	cs := Case{Namespace: "default", Client: apiserver.Create, Fields: apiserver.Strict, User: admin, Manifest: []byte(`
apiVersion: batch/v1
kind: CronJob
metadata: {name: ` + name + `, labels: {app: report}}
spec:
  schedule: 0 3 * * *
  jobTemplate:
    metadata: {labels: {app: report}, annotations: {note: kept}}
    spec: {backoffLimit: 6, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.37"}]}}}
`)}
	recorder := record(t)
	if result := shared.Kubectl(t.Context(), string(cs.Manifest), "create", "-f", "-", "--dry-run=server", "-o", "json"); result.Code == 0 {
		recorder.cronJob = []byte(result.Stdout)
	} else {
		t.Fatal(result.Output)
	}
	var cron batchv1.CronJob
	if err := json.Unmarshal(recorder.cronJob, &cron); err != nil {
		t.Fatal(err)
	}
	doc, err := byHand(&cron)
	if err != nil {
		t.Fatal(err)
	}
	want, err := created(cs, doc)
	if err != nil {
		t.Fatal(err)
	}
	got := recorder.run(t, cs, "", "create", "job", name+"-by-hand", "--from=cronjob/"+name)
	if diff := cmp.Diff(plainly(t, want), got); diff != "" {
		t.Errorf("(-test +kubectl)\n%s", diff)
	}
}

// sentence is a request in a form that can be compared.
type sentence struct {
	Method, Path, ContentType string
	Query                     url.Values
	Body                      any
}

func plainly(t *testing.T, c call) sentence {
	t.Helper()
	if c.ContentType == runtime.ContentTypeProtobuf { // the same object in fewer bytes
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode(c.Body, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Body, err = json.Marshal(object); err != nil {
			t.Fatal(err)
		}
		c.ContentType = runtime.ContentTypeJSON
	}
	s := sentence{Method: c.Method, Path: c.Path, ContentType: c.ContentType, Query: c.Query}
	if err := json.Unmarshal(c.Body, &s.Body); err != nil {
		t.Fatal(err)
	}
	return s
}

// recorder passes on what kubectl asks and keeps what it wants to change.
type recorder struct {
	url     string
	cronJob []byte // answers every question for a CronJob, if set

	mu   sync.Mutex
	kept []call
}

func record(t *testing.T) *recorder {
	t.Helper()
	config := shared.RESTConfig()
	transport, err := rest.TransportFor(config)
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(config.Host)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	r := &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		switch {
		case request.Method != http.MethodGet:
			r.keep(w, request)
		case r.cronJob != nil && strings.Contains(request.URL.Path, "/cronjobs/"):
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, "%s", r.cronJob)
		default:
			proxy.ServeHTTP(w, request)
		}
	}))
	t.Cleanup(func() {
		server.Close()
		if idle, ok := transport.(interface{ CloseIdleConnections() }); ok {
			idle.CloseIdleConnections()
		}
	})
	r.url = server.URL
	return r
}

// keep answers as if the object had been stored.
func (r *recorder) keep(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = append(r.kept, call{
		Method: request.Method, Path: request.URL.Path, Query: request.URL.Query(),
		ContentType: request.Header.Get("Content-Type"), Body: body,
	})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, "%s", body)
}

// run runs kubectl and tells the one request that would have changed something.
func (r *recorder) run(t *testing.T, cs Case, stdin string, args ...string) sentence {
	t.Helper()
	r.mu.Lock()
	r.kept = nil
	r.mu.Unlock()
	result := shared.Kubectl(context.WithoutCancel(t.Context()), stdin, append([]string{"--server", r.url, "-n", cs.Namespace}, args...)...)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) != 1 {
		t.Fatalf("%s: kubectl %s sent %d requests: %s\n%s", cs, strings.Join(args, " "), len(r.kept), result.Output, cs.Manifest)
	}
	return plainly(t, r.kept[0])
}
