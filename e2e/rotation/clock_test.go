package rotation

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/pki"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
	"github.com/batchgate/batchgate/policies/live"
	"github.com/batchgate/batchgate/webhook"
)

// jumpy is a gate in this process, for its local clock can be set without setting the one of the machine. The API server
// that it asks and answers is the real one.
type jumpy struct {
	port    int
	closed  int // the port of those who ask for a certificate
	cert    certs.Source
	ready   func() error
	offset  atomic.Int64 // of the local clock, in nanoseconds
	mu      sync.Mutex
	notices []string
}

func (j *jumpy) now() time.Time { return time.Now().Add(time.Duration(j.offset.Load())) }

func (j *jumpy) notice(reason, text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.notices = append(j.notices, reason+": "+text)
}

// told are the notices so far.
func (j *jumpy) told() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.notices)
}

// startJumpy starts what `batchgate serve` starts, with a clock whose offset is set at first.
// Callers of its second port show certificates of a CA.
func startJumpy(t *testing.T, offset time.Duration, callers *pki.CA) *jumpy {
	t.Helper()
	j := &jumpy{}
	j.offset.Store(int64(offset))
	cert, err := certs.NewSelfSigned(certs.Options{
		Config: shared.RESTConfig(), Service: "batchgate", Namespace: namespace, Now: j.now, Notice: j.notice,
	})
	if err != nil {
		t.Fatal(err)
	}
	j.cert = cert
	policy, err := live.New(live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	namespaces, err := webhook.NewClusterNamespaces(shared.RESTConfig())
	if err != nil {
		t.Fatal(err)
	}
	clients := j.newClientAuth(t, callers)
	handler := webhook.NewHandler(webhook.Options{Judge: policy, Namespaces: namespaces, Metrics: webhook.NewMetrics()})
	server := webhook.NewServer(webhook.ServerOptions{Handler: handler, GetCertificate: cert.GetCertificate})
	guarded := webhook.NewServer(webhook.ServerOptions{Handler: handler, GetCertificate: cert.GetCertificate, ClientAuth: clients})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	j.port = listener.Addr().(*net.TCPAddr).Port
	second, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	j.closed = second.Addr().(*net.TCPAddr).Port
	j.ready = func() error {
		for _, ready := range []func() error{policy.Ready, cert.Ready, namespaces.Ready, server.Ready} {
			if err := ready(); err != nil {
				return err
			}
		}
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	group, ctx := errgroup.WithContext(ctx)
	for _, run := range []func(context.Context) error{policy.Run, cert.Run, namespaces.Run, clients.Run} {
		group.Go(func() error { return run(ctx) })
	}
	group.Go(func() error { return server.Serve(ctx, listener) })
	group.Go(func() error { return guarded.Serve(ctx, second) })
	t.Cleanup(func() {
		cancel()
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// TestJumpsOfTheLocalClockAreNotNoticedByAnybodyElse sets the clock of a gate while it answers requests: what it serves
// stays valid for the API server, whose clock is the one that counts, and what a rotation makes in the middle of it is
// valid, too.
func TestJumpsOfTheLocalClockAreNotNoticedByAnybodyElse(t *testing.T) {
	const day = 24 * time.Hour
	forwarder, err := traffic.NewForwarder(time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(forwarder.Close)
	if err := shared.Register(t.Context(), forwarder.Port(), controlplane.GateOptions{}); err != nil {
		t.Fatal(err)
	}
	callers, err := pki.NewCA("callers")
	if err != nil {
		t.Fatal(err)
	}
	gate := startJumpy(t, -day, callers) // it starts with a wrong clock, too
	world.Eventually(t, time.Minute, "the gate is ready", func(context.Context) error { return gate.ready() })
	forwarder.Set("127.0.0.1:" + strconv.Itoa(gate.port))
	if err := forwarder.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := shared.WaitForAnswers(t.Context()); err != nil {
		t.Fatal(err)
	}
	load := shared.Load(t, rate)
	var cuts []time.Time
	for n, jump := range []time.Duration{-day, 30 * day, -day, 0} {
		gate.offset.Store(int64(jump))
		world.Eventually(t, time.Minute, fmt.Sprintf("the gate knows that its clock is %s ahead", jump), func(context.Context) error {
			if got := gate.cert.Skew(); (got - jump).Abs() > 5*time.Second {
				return fmt.Errorf("it believes %s", got)
			}
			return gate.cert.Ready()
		})
		gate.believes(t, callers, time.Hour, true)
		gate.believes(t, callers, -time.Hour, false)
		before := leaf(t, gate)
		annotate(t, certs.SecretName, certs.AnnotationRotateLeaf, "clock-"+strconv.Itoa(n))
		world.Eventually(t, time.Minute, "a new certificate is served", func(context.Context) error {
			if now := leaf(t, gate); now.SerialNumber.Cmp(before.SerialNumber) == 0 {
				return fmt.Errorf("it is still %s", now.SerialNumber)
			}
			return nil
		})
		if made := leaf(t, gate); made.NotBefore.After(time.Now()) || made.NotAfter.Before(time.Now().Add(6*day)) {
			t.Errorf("with a clock that is %s ahead the certificate is valid from %s to %s", jump, made.NotBefore, made.NotAfter)
		}
		cuts = append(cuts, time.Now())
		forwarder.Cut() // what is open does not meet the new certificate
		if err := load.WaitFor(t.Context(), load.Counts().Answered()+pick(200, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	result, err := load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if err := result.WithoutCut(cuts).Clean(); err != nil {
		t.Error(err)
	}
	told := gate.told()
	if count := len(matching(told, certs.ReasonClockSkew+":")); count < 3 {
		t.Errorf("%d of 3 wrong clocks are told: %q", count, told)
	}
	for _, reason := range []string{certs.ReasonRotating, certs.ReasonInvalid, certs.ReasonSecretRestored, certs.ReasonNotTrusted} {
		if wrong := matching(told, reason+":"); len(wrong) > 0 {
			t.Errorf("a wrong clock led to %q", wrong)
		}
	}
}

// newClientAuth is who may call, as `batchgate serve` has it.
func (j *jumpy) newClientAuth(t *testing.T, callers *pki.CA) *webhook.ClientAuth {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(file, callers.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	clients, err := webhook.NewClientAuth(webhook.ClientAuthOptions{File: file, Metrics: webhook.NewMetrics(), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return j.now().Add(-j.cert.Skew()) }})
	if err != nil {
		t.Fatal(err)
	}
	return clients
}

// believes asks as a caller whose certificate ends a while from now, or ended that long ago.
func (j *jumpy) believes(t *testing.T, callers *pki.CA, life time.Duration, want bool) {
	t.Helper()
	certificate, err := callers.Pair("kube-apiserver", life)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{certificate}}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://127.0.0.1:"+strconv.Itoa(j.closed)+"/validate", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err == nil {
		response.Body.Close()
	}
	if (err == nil) != want {
		t.Errorf("with a clock that is %s ahead, a caller whose certificate ends %s from now: %v", time.Duration(j.offset.Load()), life, err)
	}
}

// leaf is the certificate that a gate shows to the next who connects.
func leaf(t *testing.T, j *jumpy) *x509.Certificate {
	t.Helper()
	cert, err := j.cert.GetCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	return cert.Leaf
}

func matching(texts []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return len(text) < len(prefix) || text[:len(prefix)] != prefix })
}
