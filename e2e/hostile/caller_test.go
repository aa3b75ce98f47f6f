package hostile

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/pki"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

// reload is the longest that a change of the CAs may take.
const reload = 10 * time.Second

// gateAddress is where the gate answers, whoever asks.
func gateAddress() string { return fmt.Sprintf("127.0.0.1:%d", shared.gate.Port) }

// ask posts something to the gate as a caller with this certificate, or without any, and says how it was answered.
func ask(ctx context.Context, config *tls.Config) (int, error) {
	config.InsecureSkipVerify = true // who attacks does not mind
	transport := &http.Transport{TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+gateAddress()+"/validate", strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := transport.RoundTrip(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

func showing(certificate tls.Certificate) *tls.Config {
	return &tls.Config{GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil }}
}

// asked is how many requests the gate has answered, whatever the answer.
func asked(t *testing.T) float64 {
	return metric(t, "batchgate_review_duration_seconds")
}

func TestOnlyTheAPIServerIsServed(t *testing.T) {
	stranger, err := pki.NewCA("strangers")
	if err != nil {
		t.Fatal(err)
	}
	pair := func(by *pki.CA, name string, life time.Duration) *tls.Config {
		t.Helper()
		certificate, err := by.Pair(name, life)
		if err != nil {
			t.Fatal(err)
		}
		return showing(certificate)
	}
	older := pair(shared.old, "kube-apiserver", time.Hour)
	older.MaxVersion = tls.VersionTLS12
	tests := []struct {
		name, reason string
		config       *tls.Config
	}{
		{"without a certificate", "no certificate", &tls.Config{}},
		{"of another CA", "authority", pair(stranger, "kube-apiserver", time.Hour)},
		{"of the right CA with another name", "name", pair(shared.old, "system:node:mallory", time.Hour)},
		{"whose certificate has expired", "expired", pair(shared.old, "kube-apiserver", -time.Hour)},
		{"with TLS 1.2", "version", older},
	}
	before := asked(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if status, err := ask(t.Context(), test.config); err == nil {
				t.Errorf("status %d, expected the handshake to fail", status)
			}
			if metric(t, "batchgate_tls_rejected_total", "reason="+test.reason) == 0 {
				t.Errorf("nobody is counted for %q", test.reason)
			}
		})
	}
	if after := asked(t); after != before {
		t.Errorf("%v requests of strangers came to the handler", after-before)
	}
	t.Run("the API server itself", func(t *testing.T) {
		l := shared.Load(t, 50)
		answered(t, l, 200)
		clean(t, l)
	})
}

// TestCAsOfClientsAreRotatedUnderRequests goes the way that the manual tells operators to go: trust both, give the API
// server its new certificate, change the file once more so that it connects again, trust the new CA alone.
func TestCAsOfClientsAreRotatedUnderRequests(t *testing.T) {
	next, err := pki.NewCA("clients from now on")
	if err != nil {
		t.Fatal(err)
	}
	opened := failedOpen(t)
	l := shared.Load(t, 50)
	answered(t, l, 100)
	step := func(what string, cas ...*pki.CA) {
		t.Helper()
		if err := shared.trusts.Put(bundle(cas...)); err != nil {
			t.Fatal(err)
		}
		for _, each := range []*pki.CA{shared.old, next} {
			trusted := each == cas[0] || each == cas[len(cas)-1]
			took := world.Eventually(t, reload, what, func(ctx context.Context) error { return expects(ctx, each, trusted) })
			t.Logf("%s: a client of %q is trusted: %v, after %s", what, each.Cert.Subject.CommonName, trusted, took.Round(time.Millisecond))
		}
		answered(t, l, 200)
	}
	step("both CAs", shared.old, next)
	if err := shared.shows(next); err != nil {
		t.Fatal(err)
	}
	answered(t, l, 100)
	read := strings.Count(shared.gate.Log(), "CAs of clients")
	step("both CAs in another order", next, shared.old)
	world.Eventually(t, reload, "the file is read again", func(context.Context) error {
		if strings.Count(shared.gate.Log(), "CAs of clients") == read {
			return errors.New("not yet")
		}
		return nil
	})
	answered(t, l, 200) // every connection has been used, and closed
	step("the new CA", next)
	answered(t, l, 200)
	result, err := l.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	cut, unfilled := 0, failedOpen(t)-opened
	for _, bad := range result.Bad {
		// When client-go finds a new certificate it closes its connections, with what is in flight on them. The failure
		// policy of the mutating webhook is Ignore: the API server says in its log alone what it could not ask.
		switch {
		case strings.Contains(bad.Got, ownCut):
			cut++
			continue
		case bad.Class == traffic.Unfilled && unfilled > 0:
			cut++
			unfilled--
			continue
		}
		t.Errorf("%s: %s: %s", bad.Class, bad.Request, bad.Got)
	}
	t.Logf("%d requests were in flight when the API server cut its own connections", cut)
	if n := metric(t, "batchgate_certificate_not_after_seconds", "certificate=client-ca"); n != float64(next.Cert.NotAfter.Unix()) {
		t.Errorf("the client CA ends at %v, expected %v", n, next.Cert.NotAfter.Unix())
	}
	shared.old = next
}

// ownCut is the error of a request whose connection the API server itself has closed.
const ownCut = "use of closed network connection"

// failedOpen counts the reviews that the API server has given up because it closed their connections, and went on without.
func failedOpen(t *testing.T) int {
	t.Helper()
	log, err := shared.APIServerLog()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(log) {
		if strings.Contains(line, "failing open") && strings.Contains(line, ownCut) {
			count++
		}
	}
	return count
}

// expects is nil when a client of a CA is let in, or is not.
func expects(ctx context.Context, by *pki.CA, trusted bool) error {
	certificate, err := by.Pair("kube-apiserver", time.Hour)
	if err != nil {
		return err
	}
	status, err := ask(ctx, showing(certificate))
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return err
	case (err == nil) != trusted:
		return fmt.Errorf("status %d, %w", status, err)
	}
	return nil
}
