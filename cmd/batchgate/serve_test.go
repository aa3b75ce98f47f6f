package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// addresses are what `serve` says of itself in its log.
type addresses struct{ Msg, Webhook, Health, Metrics string }

// startServe runs serve without a cluster and waits for its addresses.
func startServe(t *testing.T, o serveOptions) (addresses, func() error) {
	t.Helper()
	o.bind, o.healthBind, o.metricsBind = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	reader, writer := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		err := o.run(ctx, slog.New(slog.NewJSONHandler(writer, nil)))
		ended <- err
		_ = writer.CloseWithError(io.EOF)
	}()
	lines := json.NewDecoder(reader)
	var found addresses
	for found.Webhook == "" {
		if err := lines.Decode(&found); err != nil {
			t.Fatalf("%v; serve: %v", err, <-ended)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	return found, func() error {
		stop()
		return <-ended
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// untilReady polls as a kubelet does.
func untilReady(t *testing.T, health string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		status, text := get(t, "http://"+health+"/readyz")
		if status == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("never ready: %s", text)
		}
	}
}

func TestServeWithoutACluster(t *testing.T) {
	t.Parallel()
	found, stop := startServe(t, serveOptions{certs: certsSelfSigned, namespace: "batchgate-system", service: "batchgate", evalTimeout: 10 * time.Second})
	untilReady(t, found.Health)
	if status, text := get(t, "http://"+found.Health+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d %s", status, text)
	}
	_, ca := get(t, "http://"+found.Health+"/ca.crt")
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(ca)) {
		t.Fatalf("ca.crt: %q", ca)
	}
	for _, name := range []string{"localhost", "batchgate.batchgate-system.svc"} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}}
		review, err := os.ReadFile(filepath.Join("..", "..", "webhook", "testdata", "reviews", "01-job-minimal-kubectl-create.mutating.json"))
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&http.Client{Transport: transport}).Post("https://"+found.Webhook+"/mutate?timeout=5s", "application/json", bytes.NewReader(review))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		transport.CloseIdleConnections()
		if err != nil || !strings.Contains(string(text), `"allowed":true`) || !strings.Contains(string(text), `"patchType":"JSONPatch"`) {
			t.Errorf("%s: %v, %s", name, err, text)
		}
	}
	_, metrics := get(t, "http://"+found.Metrics+"/metrics")
	for _, want := range []string{`batchgate_policy_info{digest="`, `batchgate_reviews_total{outcome="filled",path="mutate"} 2`, `batchgate_certificate_not_after_seconds{certificate="leaf"} 1`, `batchgate_findings_total{mode="enforce",rule="backoff-limit"} 0`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A volume can be late, and a broken policy can be mended while the process runs.
func TestServeWaitsForAPolicyThatLoads(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "policy")
	found, stop := startServe(t, serveOptions{policy: dir, certs: certsSelfSigned, namespace: "n", service: "s", evalTimeout: 10 * time.Second})
	if status, text := get(t, "http://"+found.Health+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "policy: ") {
		t.Errorf("readyz: %d %s, expected 503 and the policy", status, text)
	}
	next := t.TempDir()
	if err := os.WriteFile(filepath.Join(next, "policy.yaml"), []byte("apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: late}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, dir); err != nil {
		t.Fatal(err)
	}
	untilReady(t, found.Health)
	if _, text := get(t, "http://"+found.Health+"/readyz"); !strings.Contains(text, "policy late@") {
		t.Errorf("readyz: %q, expected the policy in force", text)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeWaitsForAnAPIServerThatIsAway(t *testing.T) {
	t.Parallel()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	text := "apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: \"https://127.0.0.1:1\"}}]\nusers: [{name: a, user: {token: a}}]\n" +
		"contexts: [{name: a, context: {cluster: a, user: a}}]\ncurrent-context: a\n"
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	found, stop := startServe(t, serveOptions{kubeconfig: kubeconfig, certs: certsSelfSigned, namespace: "n", service: "s", evalTimeout: 10 * time.Second})
	for range 2 { // also after the first calls have failed
		if status, text := get(t, "http://"+found.Health+"/readyz"); status != http.StatusServiceUnavailable {
			t.Errorf("readyz: %d %s, expected 503", status, text)
		}
		if status, text := get(t, "http://"+found.Health+"/healthz"); status != http.StatusOK {
			t.Errorf("healthz: %d %s, expected 200", status, text)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tests := map[string]struct {
		change func(*serveOptions)
		want   string
	}{
		"a preset that is none":              {func(o *serveOptions) { o.policy = "recommendd" }, `did you mean "recommended"`},
		"a kind of certificate nobody knows": {func(o *serveOptions) { o.certs = "acme" }, "expected self-signed, cert-manager or dir:PATH"},
		"a directory that is not there":      {func(o *serveOptions) { o.certs = certsDir + filepath.Join(dir, "none") }, "no such file or directory"},
		"a kubeconfig that is not there":     {func(o *serveOptions) { o.kubeconfig = filepath.Join(dir, "none") }, "--kubeconfig"},
		"an address that is none":            {func(o *serveOptions) { o.bind = "nowhere" }, "--bind"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := serveOptions{certs: certsSelfSigned, bind: "127.0.0.1:0", healthBind: "127.0.0.1:0", namespace: "n", service: "s"}
			test.change(&o)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := o.run(ctx, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
