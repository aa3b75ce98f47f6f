package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// Some figures mean something only for a process that does nothing else:
// memory, CPU per request. The test binary starts itself as that process.
const childKind = "BATCHGATE_WEBHOOK_CHILD"

// The kinds of child.
const (
	gateChild = "gate" // the handler with the recommended policy
	bareChild = "bare" // decodes the review with the API's types and allows it
)

// greeting is what a child says first.
type greeting struct {
	Addr string
	CA   []byte
}

// usage is what a child has used so far.
type usage struct {
	CPU    time.Duration
	PeakKB int64
}

func recommended() (*engine.Engine, error) {
	set, err := source.Load("")
	if err != nil {
		return nil, err
	}
	return engine.New(set.Catalogue, set.Policy)
}

func serveAsChild(kind string) int {
	if err := childServer(kind); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func childServer(kind string) error {
	debug.SetMemoryLimit(450 << 20) // as serve does
	debug.SetGCPercent(400)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /usage", func(w http.ResponseWriter, _ *http.Request) {
		var r syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
		_ = json.NewEncoder(w).Encode(usage{CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), PeakKB: r.Maxrss})
	})
	switch kind {
	case gateChild:
		judge, err := recommended()
		if err != nil {
			return err
		}
		mux.Handle("/", NewHandler(Options{Judge: judge, Namespaces: oneNamespace{LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}}))
	default:
		mux.HandleFunc("/", bare)
	}
	cert, err := certs.NewMemory(certs.LocalNames())
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(greeting{Addr: l.Addr().String(), CA: cert.CABundle()}); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		stop()
	}()
	return NewServer(ServerOptions{Handler: mux, GetCertificate: cert.GetCertificate}).Serve(ctx, l)
}

func bare(w http.ResponseWriter, r *http.Request) {
	var review admissionv1.AdmissionReview
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(text, &review)
	}
	if err != nil || review.Request == nil {
		http.Error(w, "malformed", http.StatusBadRequest)
		return
	}
	review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	review.Request = nil
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(review)
}

// child is a server in a process of its own.
type child struct {
	started
	tb testing.TB
}

func startChild(tb testing.TB, kind string) *child {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childKind+"="+kind)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	var g greeting
	if err := json.NewDecoder(stdout).Decode(&g); err != nil {
		tb.Fatalf("the child said nothing: %v", err)
	}
	c := &child{started: started{addr: g.Addr, roots: x509.NewCertPool()}, tb: tb}
	c.roots.AppendCertsFromPEM(g.CA)
	return c
}

func (c *child) used() usage {
	c.tb.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: c.roots}, DisableKeepAlives: true}}
	res, err := client.Get("https://" + c.addr + "/usage")
	if err != nil {
		c.tb.Fatal(err)
	}
	defer res.Body.Close()
	var u usage
	if err := json.NewDecoder(res.Body).Decode(&u); err != nil {
		c.tb.Fatal(err)
	}
	return u
}
