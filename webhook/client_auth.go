package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// caLook is how often the file of client CAs is read again. It is small, and a
// mounted one changes by a symbolic link that no watch of the file would notice.
const caLook = 2 * time.Second

// maxCAFile bounds the file of client CAs.
const maxCAFile = 1 << 20

// The reasons of a refused caller, as the metric has them.
const (
	noCertificate = "no certificate"
	untrusted     = "untrusted"
	wrongName     = "name"
	expired       = "expired"
	caRemoved     = "ca removed"
)

// ClientAuth holds callers to a certificate of a CA in a file and to a list of
// names: only the API server is served. Who is refused is refused in the handshake,
// before a byte of its body is read. The file is read again while the server runs;
// connections of a CA that is no longer in it end with their next request.
type ClientAuth struct {
	file    string
	names   []string
	metrics *Metrics
	log     *slog.Logger
	now     func() time.Time
	current atomic.Pointer[clientCAs]
}

// clientCAs are the CAs of one state of the file.
type clientCAs struct {
	text     []byte
	pool     *x509.CertPool
	notAfter time.Time // of the first that ends
}

// NewClientAuth reads file, a PEM bundle. names are the common names or DNS names
// of which a caller's certificate must have one.
func NewClientAuth(file string, names []string, metrics *Metrics, log *slog.Logger) (*ClientAuth, error) {
	if len(names) == 0 || slices.Contains(names, "") {
		return nil, errors.New("names of clients: expected at least one, and none that is empty")
	}
	c := &ClientAuth{file: file, names: names, metrics: metrics, log: log, now: time.Now}
	cas, err := c.read()
	if err != nil {
		return nil, err
	}
	c.current.Store(cas)
	return c, nil
}

func (c *ClientAuth) read() (*clientCAs, error) {
	info, err := os.Stat(c.file)
	if err != nil {
		return nil, fmt.Errorf("client CA: %w", err)
	}
	if info.Size() > maxCAFile {
		return nil, fmt.Errorf("client CA: %s has %d bytes, expected at most %d", c.file, info.Size(), maxCAFile)
	}
	text, err := os.ReadFile(c.file)
	if err != nil {
		return nil, fmt.Errorf("client CA: %w", err)
	}
	cas := &clientCAs{text: text, pool: x509.NewCertPool()}
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !cert.IsCA {
			return nil, fmt.Errorf("client CA: %s: expected certificates of CAs and nothing else", c.file)
		}
		cas.pool.AddCert(cert)
		if cas.notAfter.IsZero() || cert.NotAfter.Before(cas.notAfter) {
			cas.notAfter = cert.NotAfter
		}
	}
	if cas.notAfter.IsZero() {
		return nil, fmt.Errorf("client CA: %s: expected at least one certificate of a CA, PEM", c.file)
	}
	return cas, nil
}

// Run reads the file again and again until ctx ends. What cannot be read changes
// nothing.
func (c *ClientAuth) Run(ctx context.Context) error {
	tick := time.NewTicker(caLook)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		said = c.refresh(said)
	}
}

// refresh takes a changed file and returns what is wrong with it, said once.
func (c *ClientAuth) refresh(said string) string {
	cas, err := c.read()
	if err != nil {
		if said != err.Error() {
			c.log.Error("the client CA stays as it was", "error", err.Error())
		}
		return err.Error()
	}
	if !bytes.Equal(cas.text, c.current.Load().text) {
		c.current.Store(cas)
		c.log.Info("client CA read again", "file", c.file)
	}
	return ""
}

// Expiry is when the first of the CAs ends.
func (c *ClientAuth) Expiry() time.Time { return c.current.Load().notAfter }

// configure makes a server ask for the certificate. It is verified here and not by
// crypto/tls, which knows one set of CAs for the life of a server, and counts nobody.
func (c *ClientAuth) configure(config *tls.Config) {
	config.ClientAuth = tls.RequestClientCert
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if reason := c.refused(state.PeerCertificates, c.current.Load()); reason != "" {
			c.metrics.tlsRejected.WithLabelValues(reason).Inc()
			return errors.New("client certificate: " + reason)
		}
		return nil
	}
}

// refused is why a chain is not accepted, empty when it is.
func (c *ClientAuth) refused(chain []*x509.Certificate, cas *clientCAs) string {
	if len(chain) == 0 {
		return noCertificate
	}
	between := x509.NewCertPool()
	for _, cert := range chain[1:] {
		between.AddCert(cert)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots:         cas.pool,
		Intermediates: between,
		CurrentTime:   c.now(),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return expired
	case err != nil:
		return untrusted
	case !slices.ContainsFunc(append([]string{chain[0].Subject.CommonName}, chain[0].DNSNames...), c.known):
		return wrongName
	}
	return ""
}

func (c *ClientAuth) known(name string) bool {
	return slices.ContainsFunc(c.names, func(one string) bool { return strings.EqualFold(one, name) })
}

// caller is what is known of the other end of a connection.
type caller struct{ accepted atomic.Pointer[clientCAs] }

type callerKey struct{}

// connected remembers the CAs that a connection was accepted by.
func (c *ClientAuth) connected(ctx context.Context) context.Context {
	one := &caller{}
	one.accepted.Store(c.current.Load())
	return context.WithValue(ctx, callerKey{}, one)
}

// still lets a request pass whose connection would be accepted now.
func (c *ClientAuth) still(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reason := c.stale(r); reason != "" {
			c.metrics.tlsRejected.WithLabelValues(reason).Inc()
			w.Header().Set("Connection", "close")
			http.Error(w, "client certificate: "+reason, http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (c *ClientAuth) stale(r *http.Request) string {
	one, ok := r.Context().Value(callerKey{}).(*caller)
	if !ok || r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return noCertificate
	}
	if c.now().After(r.TLS.PeerCertificates[0].NotAfter) {
		return expired
	}
	cas := c.current.Load()
	if one.accepted.Load() == cas {
		return ""
	}
	if c.refused(r.TLS.PeerCertificates, cas) != "" {
		return caRemoved
	}
	one.accepted.Store(cas)
	return ""
}
