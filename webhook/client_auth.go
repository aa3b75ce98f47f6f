package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/batchgate/batchgate/policies/engine"
)

const (
	// clientCALook is how often the file of the clients' CAs is read. It is read, not
	// watched: a mounted Secret changes by a swap of symlinks, which reading cannot miss.
	clientCALook = 2 * time.Second
	// refusalLog is how often a refusal for one reason is in the log; a flood must not
	// fill it.
	refusalLog = time.Minute
)

// DefaultClientName is the common name of kube-apiserver's client certificate where
// Options name nothing else.
const DefaultClientName = "kube-apiserver"

// ClientAuthOptions of NewClientAuth. File is required.
type ClientAuthOptions struct {
	File    string           // CAs of the clients, PEM
	Names   []string         // a client's common name or one of its DNS names must be one of these; nil: DefaultClientName
	Metrics *Metrics         // nil: nothing is counted
	Log     *slog.Logger     // nil: nothing is logged
	Now     func() time.Time // nil: time.Now
}

// ClientAuth lets only callers in that prove to be the API server: by a certificate of
// a CA in a file, with a name on a list. Everybody else is refused in the handshake,
// before a byte of a request is read.
type ClientAuth struct {
	ClientAuthOptions
	trust atomic.Pointer[clientTrust] // never nil

	mu      sync.Mutex
	problem error // of the last reading
	refused map[refusalReason]*rate.Sometimes
}

// NewClientAuth reads the file of Options. One that is not there yet, or not good yet,
// is no error: nobody is let in until it is, and Ready says so.
func NewClientAuth(o ClientAuthOptions) (*ClientAuth, error) {
	if o.Names == nil {
		o.Names = []string{DefaultClientName}
	}
	for _, name := range o.Names {
		if strings.TrimSpace(name) != name || name == "" {
			return nil, fmt.Errorf("client name %q: expected a common name or a DNS name", name)
		}
	}
	if o.File == "" || len(o.Names) == 0 {
		return nil, errors.New("client authentication: expected a file with CAs and at least one name")
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &ClientAuth{ClientAuthOptions: o, refused: map[refusalReason]*rate.Sometimes{}}
	c.trust.Store(&clientTrust{})
	c.look()
	return c, nil
}

// Run reads the file again and again until ctx ends.
func (c *ClientAuth) Run(ctx context.Context) error {
	tick := time.NewTicker(clientCALook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.look()
		}
	}
}

// look trusts what is in the file now. What was good stays in force while the file is
// not: half of it may be written yet, and an API server that is shut out stops every Job.
func (c *ClientAuth) look() {
	was := c.trust.Load()
	now, err := readClientTrust(c.File, was)
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.problem
	c.problem = err
	switch {
	case err != nil && (before == nil || before.Error() != err.Error()):
		c.Log.Error("the CAs of clients cannot be read", "error", err.Error(), "in force", len(was.cas))
	case err == nil && now != was:
		c.trust.Store(now)
		c.Log.Info("CAs of clients", "file", c.File, "cas", now.names())
	case err == nil && before != nil:
		c.Log.Info("the CAs of clients can be read again", "file", c.File)
	}
}

// Ready is nil while there is a CA that a client's certificate can come from.
func (c *ClientAuth) Ready() error {
	t := c.trust.Load()
	switch {
	case len(t.cas) == 0:
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Errorf("client CA: %w", c.problem)
	case !t.usable(c.Now()):
		return fmt.Errorf("client CA: %s: every CA has expired or is not valid yet", c.File)
	}
	return nil
}

// Problem is what is wrong with the file now, nil where nothing is. Callers may be let
// in all the same, by what it said before.
func (c *ClientAuth) Problem() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.problem
}

// Expiry is when the next of the CAs ends, zero where there is none: an old one beside a
// new one is due to be removed by then, the only one to be renewed.
func (c *ClientAuth) Expiry() time.Time {
	if ca := c.trust.Load().next(c.Now()); ca != nil {
		return ca.NotAfter
	}
	return time.Time{}
}

// Since is when the CA of Expiry began to be valid, zero where there is none.
func (c *ClientAuth) Since() time.Time {
	if ca := c.trust.Load().next(c.Now()); ca != nil {
		return ca.NotBefore
	}
	return time.Time{}
}

// config adds to a server's what asks clients for their certificate. The certificate is
// verified in one place, by verify, which the handshake calls for every connection: also
// for one without a certificate, so that this is counted like any other refusal.
func (c *ClientAuth) config(config *tls.Config) {
	config.ClientAuth = tls.RequestClientCert
	config.VerifyConnection = func(state tls.ConnectionState) error {
		_, err := c.verify(c.trust.Load(), state.PeerCertificates)
		return err
	}
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if !slices.Contains(hello.SupportedVersions, tls.VersionTLS13) { // the handshake itself refuses it
			_ = c.refuse(nil, &refusal{reason: refusedVersion, text: "TLS 1.3 is required"})
		}
		return nil, nil
	}
}

// verify returns until when a certificate is good.
func (c *ClientAuth) verify(t *clientTrust, chain []*x509.Certificate) (time.Time, error) {
	until, refused := t.verify(chain, c.Names, c.Now())
	if refused != nil {
		return time.Time{}, c.refuse(chain, refused)
	}
	return until, nil
}

// refuse counts a refusal, and now and then logs one.
func (c *ClientAuth) refuse(chain []*x509.Certificate, r *refusal) error {
	c.Metrics.tlsRejected.WithLabelValues(string(r.reason)).Inc()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused[r.reason] == nil {
		c.refused[r.reason] = &rate.Sometimes{Interval: refusalLog}
	}
	c.refused[r.reason].Do(func() {
		subject := ""
		if len(chain) > 0 {
			subject = engine.Bounded(clean(chain[0].Subject.String(), false), maxCause)
		}
		c.Log.Warn("caller refused", "reason", string(r.reason), "error", engine.Bounded(clean(r.text, false), maxCause), "subject", subject)
	})
	return r
}
