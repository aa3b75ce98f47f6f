package webhook

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// testCA signs certificates for tests.
type testCA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newTestCA(t *testing.T, name string) testCA {
	t.Helper()
	return testCA{}.sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
}

// sign signs by ca, or makes what signs itself where ca is zero.
func (ca testCA) sign(t *testing.T, template *x509.Certificate) testCA {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore = time.Now().Add(-2 * time.Hour)
	by, byKey := ca.cert, ca.key
	if by == nil {
		by, byKey = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, by, key.Public(), byKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return testCA{cert: cert, key: key}
}

func (ca testCA) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

func (ca testCA) client(t *testing.T, name string, life time.Duration) *tls.Certificate {
	t.Helper()
	leaf := ca.sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(life),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return &tls.Certificate{Certificate: [][]byte{leaf.cert.Raw}, PrivateKey: leaf.key}
}

// guarded is a server that asks for client certificates.
type guarded struct {
	*ClientAuth
	addr    string
	roots   *x509.CertPool
	bodies  chan int64 // bytes of a body that a handler has read
	metrics *Metrics
}

func startGuarded(t *testing.T, ca []byte) *guarded {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	metrics := NewMetrics()
	auth, err := NewClientAuth(file, []string{"kube-apiserver"}, metrics, discard())
	if err != nil {
		t.Fatal(err)
	}
	own := newTestCA(t, "serving")
	leaf := own.sign(t, &x509.Certificate{DNSNames: []string{"gate"}, NotAfter: time.Now().Add(time.Hour)})
	serving := &tls.Certificate{Certificate: [][]byte{leaf.cert.Raw}, PrivateKey: leaf.key}
	g := &guarded{ClientAuth: auth, roots: x509.NewCertPool(), bodies: make(chan int64, 100), metrics: metrics}
	g.roots.AddCert(own.cert)
	server := NewServer(ServerOptions{
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			n, _ := io.Copy(io.Discard, r.Body)
			g.bodies <- n
		}),
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return serving, nil },
		ClientAuth:     auth,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.addr = l.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return g
}

func (g *guarded) client(t *testing.T, cert *tls.Certificate, change func(*tls.Config)) *http.Client {
	t.Helper()
	config := &tls.Config{RootCAs: g.roots, ServerName: "gate"}
	if cert != nil {
		config.Certificates = []tls.Certificate{*cert}
	}
	if change != nil {
		change(config)
	}
	transport := &http.Transport{TLSClientConfig: config}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (g *guarded) post(c *http.Client) (status int, err error) {
	res, err := c.Post("https://"+g.addr+"/validate", "application/json", strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode, res.Body.Close()
}

func TestOnlyTheAPIServerIsServed(t *testing.T) {
	t.Parallel()
	ca, other := newTestCA(t, "clients"), newTestCA(t, "others")
	g := startGuarded(t, ca.pem())
	serverOnly := ca.sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "kube-apiserver"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	for name, test := range map[string]struct {
		cert   *tls.Certificate
		change func(*tls.Config)
		reason string
	}{
		"the API server":                       {cert: ca.client(t, "kube-apiserver", time.Hour)},
		"nobody":                               {reason: noCertificate},
		"somebody of another CA":               {cert: other.client(t, "kube-apiserver", time.Hour), reason: untrusted},
		"somebody else of the right CA":        {cert: ca.client(t, "kubelet", time.Hour), reason: wrongName},
		"a certificate that has expired":       {cert: ca.client(t, "kube-apiserver", -time.Hour), reason: expired},
		"a certificate of a server":            {cert: &tls.Certificate{Certificate: [][]byte{serverOnly.cert.Raw}, PrivateKey: serverOnly.key}, reason: untrusted},
		"the API server with an older version": {cert: ca.client(t, "kube-apiserver", time.Hour), change: func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, reason: "-"},
	} {
		t.Run(name, func(t *testing.T) {
			status, err := g.post(g.client(t, test.cert, test.change))
			if test.reason == "" {
				if err != nil || status != http.StatusOK || <-g.bodies != 2 {
					t.Errorf("%d, %v", status, err)
				}
				return
			}
			if err == nil {
				t.Errorf("status %d, expected the handshake to fail", status)
			}
			if len(g.bodies) > 0 {
				t.Errorf("%d bytes of the body were read", <-g.bodies)
			}
			if test.reason == "-" { // no handshake, so nobody to count
				return
			}
			for deadline := time.Now().Add(time.Minute); testutil.ToFloat64(g.metrics.tlsRejected.WithLabelValues(test.reason)) == 0; {
				if time.Now().After(deadline) {
					t.Fatalf("nobody is counted as refused for %q", test.reason)
				}
			}
		})
	}
}

func TestClientCAsAreReadAgain(t *testing.T) {
	t.Parallel()
	old, next := newTestCA(t, "old"), newTestCA(t, "next")
	g := startGuarded(t, old.pem())
	write := func(text []byte) {
		if err := os.WriteFile(g.file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		g.refresh("")
	}
	before, after := g.client(t, old.client(t, "kube-apiserver", time.Hour), nil), g.client(t, next.client(t, "kube-apiserver", time.Hour), nil)
	served := func(c *http.Client, want int) {
		t.Helper()
		if status, err := g.post(c); status != want || (err != nil) != (want == 0) {
			t.Errorf("status %d, %v, expected %d", status, err, want)
		}
	}
	served(before, http.StatusOK)
	served(after, 0)
	write(append(old.pem(), next.pem()...)) // both, while the API server changes
	served(before, http.StatusOK)
	served(after, http.StatusOK)
	write([]byte("half a cert"))
	served(after, http.StatusOK) // what was there last stays
	write(next.pem())
	served(before, http.StatusUnauthorized) // its connection is still open
	served(before, 0)
	served(after, http.StatusOK)
}

func TestAFileWithoutAUsableCAIsRefused(t *testing.T) {
	t.Parallel()
	ca := newTestCA(t, "clients")
	leaf := ca.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour)})
	for name, test := range map[string]struct {
		text  []byte
		names []string
		want  string
	}{
		"nothing":       {nil, []string{"a"}, "at least one certificate"},
		"a leaf":        {leaf.pem(), []string{"a"}, "of CAs and nothing else"},
		"too much":      {make([]byte, maxCAFile+1), []string{"a"}, "at most"},
		"no name":       {ca.pem(), nil, "at least one"},
		"an empty name": {ca.pem(), []string{"a", ""}, "none that is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "ca.crt")
			if err := os.WriteFile(file, test.text, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := NewClientAuth(file, test.names, NewMetrics(), discard()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, expected %q", err, test.want)
			}
		})
	}
}
