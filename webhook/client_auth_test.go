package webhook

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// issuer is a CA of clients.
type issuer struct {
	tb   testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newIssuer(tb testing.TB, change ...func(*x509.Certificate)) *issuer {
	tb.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "clients"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	for _, change := range change {
		change(template)
	}
	i := &issuer{tb: tb}
	i.cert, i.key = i.sign(template)
	return i
}

func (i *issuer) sign(template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	i.tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.tb.Fatal(err)
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		i.tb.Fatal(err)
	}
	parent, signer := i.cert, i.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		i.tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		i.tb.Fatal(err)
	}
	return cert, key
}

// client is a certificate that a client shows, by default the API server's.
func (i *issuer) client(change ...func(*x509.Certificate)) tls.Certificate {
	i.tb.Helper()
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: DefaultClientName},
		KeyUsage:  x509.KeyUsageDigitalSignature,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for _, change := range change {
		change(template)
	}
	cert, key := i.sign(template)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

func (i *issuer) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.cert.Raw})
}

// caFile is a file with these CAs.
func caFile(tb testing.TB, issuers ...*issuer) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "ca.crt")
	writeCAs(tb, path, issuers...)
	return path
}

func writeCAs(tb testing.TB, path string, issuers ...*issuer) {
	tb.Helper()
	var text []byte
	for _, i := range issuers {
		text = append(text, i.pem()...)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func newClients(tb testing.TB, o ClientAuthOptions) *ClientAuth {
	tb.Helper()
	c, err := NewClientAuth(o)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// asked counts the requests that reach a handler.
type asked struct {
	http.Handler
	count atomic.Int64
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.count.Add(1)
	a.Handler.ServeHTTP(w, r)
}

// showing is a client that shows this certificate to everybody.
func (s *started) showing(tb testing.TB, certificate tls.Certificate) *http.Client {
	client := s.client(tb)
	client.Transport.(*http.Transport).TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &certificate, nil
	}
	return client
}

func TestOnlyTheAPIServerIsLetIn(t *testing.T) {
	t.Parallel()
	ours, theirs := newIssuer(t), newIssuer(t)
	under := &issuer{tb: t}
	under.cert, under.key = ours.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "between"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	})
	behind := under.client()
	behind.Certificate = append(behind.Certificate, under.cert.Raw)
	tests := map[string]struct {
		shown   tls.Certificate
		version uint16
		reason  refusalReason // empty: let in
	}{
		"its common name": {shown: ours.client()},
		"its DNS name": {shown: ours.client(func(c *x509.Certificate) {
			c.Subject.CommonName, c.DNSNames = "front", []string{"other", DefaultClientName}
		})},
		"a CA between":   {shown: behind},
		"no certificate": {reason: refusedNone},
		"another CA":     {shown: theirs.client(), reason: refusedAuthority},
		"another name":   {shown: ours.client(func(c *x509.Certificate) { c.Subject.CommonName = "system:admin" }), reason: refusedName},
		"no name":        {shown: ours.client(func(c *x509.Certificate) { c.Subject.CommonName = "" }), reason: refusedName},
		"it has expired": {shown: ours.client(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), reason: refusedExpired},
		"it is not valid yet": {shown: ours.client(func(c *x509.Certificate) {
			c.NotBefore = time.Now().Add(time.Minute)
		}), reason: refusedExpired},
		"it is a server's": {shown: ours.client(func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), reason: refusedInvalid},
		"TLS 1.2": {shown: ours.client(), version: tls.VersionTLS12, reason: refusedVersion},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			metrics := NewMetrics()
			behind := &asked{Handler: quietHandler()}
			s := start(t, behind, 0, newClients(t, ClientAuthOptions{File: caFile(t, ours), Metrics: metrics}))
			client := s.showing(t, test.shown)
			client.Transport.(*http.Transport).TLSClientConfig.MaxVersion = test.version
			res, text, err := s.post(client, "/validate", recorded(t, createJob))
			if test.reason == "" {
				if err != nil || res.StatusCode != http.StatusOK || behind.count.Load() != 1 {
					t.Fatalf("%v, %+v, %s", err, res, text)
				}
				return
			}
			if err == nil || behind.count.Load() != 0 {
				t.Fatalf("let in: %+v, %s", res, text)
			}
			if got := testutil.ToFloat64(metrics.tlsRejected.WithLabelValues(string(test.reason))); got != 1 {
				t.Errorf("%v refusals for %q, expected 1", got, test.reason)
			}
		})
	}
}

func TestASessionIsNotResumed(t *testing.T) {
	t.Parallel()
	ours := newIssuer(t)
	s := start(t, quietHandler(), 0, newClients(t, ClientAuthOptions{File: caFile(t, ours)}))
	client := s.showing(t, ours.client())
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	for range 3 {
		res, text, err := s.post(client, "/validate", recorded(t, createJob))
		if err != nil || res.StatusCode != http.StatusOK || res.TLS.DidResume {
			t.Fatalf("%v, %+v, %s", err, res, text)
		}
		transport.CloseIdleConnections()
	}
}

// TestCAsOfClientsChangeUnderOpenConnections goes the way of a rotation: old, both, new.
func TestCAsOfClientsChangeUnderOpenConnections(t *testing.T) {
	t.Parallel()
	old, next := newIssuer(t), newIssuer(t)
	file := caFile(t, old)
	auth := newClients(t, ClientAuthOptions{File: file})
	s := start(t, quietHandler(), 0, auth)
	review := recorded(t, createJob)
	dial := func() (net.Conn, *bufio.Reader) {
		conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.roots, Certificates: []tls.Certificate{old.client()}}}).DialContext(t.Context(), "tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn, bufio.NewReader(conn)
	}
	conn, reader := dial()
	again := func() int {
		fmt.Fprintf(conn, "POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(review), review)
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
		return res.StatusCode
	}
	fresh := func(i *issuer) bool {
		client := s.showing(t, i.client())
		defer client.CloseIdleConnections()
		res, _, err := s.post(client, "/validate", review)
		return err == nil && res.StatusCode == http.StatusOK
	}
	for _, step := range []struct {
		trusted   []*issuer
		old, next bool
		open      int
	}{
		{[]*issuer{old}, true, false, http.StatusOK},
		{[]*issuer{old, next}, true, true, http.StatusOK}, // and is closed
		{[]*issuer{next}, false, true, http.StatusForbidden},
	} {
		conn, reader = dial()
		if got := again(); got != http.StatusOK {
			t.Errorf("%d CAs: status %d before the change", len(step.trusted), got)
		}
		writeCAs(t, file, step.trusted...)
		auth.look()
		if got := fresh(old); got != step.old {
			t.Errorf("%d CAs: the old client is let in: %v", len(step.trusted), got)
		}
		if got := fresh(next); got != step.next {
			t.Errorf("%d CAs: the next client is let in: %v", len(step.trusted), got)
		}
		if got := again(); got != step.open {
			t.Errorf("%d CAs: status %d on the connection of before, expected %d", len(step.trusted), got, step.open)
		}
	}
	if _, err := reader.ReadByte(); err == nil {
		t.Error("a connection of before is still open")
	}
}

func TestACertificateThatEndsEndsItsConnection(t *testing.T) {
	t.Parallel()
	ours := newIssuer(t)
	var ahead atomic.Int64
	auth := newClients(t, ClientAuthOptions{File: caFile(t, ours), Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	s := start(t, quietHandler(), 0, auth)
	client := s.showing(t, ours.client(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(10 * time.Minute) }))
	for _, step := range []struct {
		ahead time.Duration
		want  int
	}{{0, http.StatusOK}, {5 * time.Minute, http.StatusOK}, {15 * time.Minute, http.StatusForbidden}} {
		ahead.Store(int64(step.ahead))
		res, _, err := s.post(client, "/validate", recorded(t, createJob))
		if err != nil || res.StatusCode != step.want {
			t.Errorf("%s later: %v, %+v, expected %d", step.ahead, err, res, step.want)
		}
	}
}

// What a flood is told of itself must not fill the log.
func TestRefusalsAreLoggedNowAndThen(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	metrics := NewMetrics()
	ours := newIssuer(t)
	auth := newClients(t, ClientAuthOptions{File: caFile(t, ours), Metrics: metrics, Log: slog.New(slog.NewTextHandler(&log, nil))})
	log.Reset()
	mallory := ours.client(func(c *x509.Certificate) { c.Subject.CommonName = "mallory\nlevel=ERROR" }).Leaf
	for range 100 {
		_, _ = auth.verify(auth.trust.Load(), nil)
		_, _ = auth.verify(auth.trust.Load(), []*x509.Certificate{mallory})
	}
	if got := strings.Count(log.String(), "\n"); got != 2 {
		t.Errorf("%d lines, expected one for each reason:\n%s", got, &log)
	}
	if got := testutil.ToFloat64(metrics.tlsRejected.WithLabelValues(string(refusedNone))); got != 100 {
		t.Errorf("%v refusals, expected 100", got)
	}
}

func TestClientAuthSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]ClientAuthOptions{
		"no file":          {},
		"an empty list":    {File: "ca.crt", Names: []string{}},
		"an empty name":    {File: "ca.crt", Names: []string{"kube-apiserver", ""}},
		"a name of spaces": {File: "ca.crt", Names: []string{" kube-apiserver"}},
	} {
		if _, err := NewClientAuth(o); err == nil {
			t.Errorf("%s: expected an error", name)
		}
	}
}
