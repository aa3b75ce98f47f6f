package webhook

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// maxClientCAs bounds the file: a Secret holds no more.
const maxClientCAs = 1 << 20

// refusalReason is a label of tls_rejected_total.
type refusalReason string

const (
	refusedNone      refusalReason = "no certificate"
	refusedAuthority refusalReason = "authority" // not signed by a CA that is trusted
	refusedName      refusalReason = "name"
	refusedExpired   refusalReason = "expired" // or not valid yet
	refusedVersion   refusalReason = "version" // of TLS
	refusedInvalid   refusalReason = "invalid" // anything else, as a certificate that is not for clients
	refusedNotReady  refusalReason = "not ready"
)

// refusal is why a caller is not let in. The text is not told to the caller.
type refusal struct {
	reason refusalReason
	text   string
}

func (r *refusal) Error() string { return "client certificate: " + r.text }

// clientTrust is what one reading of the file of CAs said. It is immutable.
type clientTrust struct {
	text []byte
	cas  []*x509.Certificate
	pool *x509.CertPool
}

// readClientTrust returns before where the file says the same as it did.
func readClientTrust(file string, before *clientTrust) (*clientTrust, error) {
	f, err := os.Open(file)
	if err != nil {
		return before, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxClientCAs+1))
	switch {
	case err != nil:
		return before, err
	case len(text) > maxClientCAs:
		return before, fmt.Errorf("%s: expected at most %d bytes", file, maxClientCAs)
	case before.pool != nil && bytes.Equal(text, before.text):
		return before, nil
	}
	t, err := newClientTrust(text)
	if err != nil {
		return before, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

func newClientTrust(text []byte) (*clientTrust, error) {
	t := &clientTrust{text: text, pool: x509.NewCertPool()}
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			if len(bytes.TrimSpace(rest)) > 0 && len(t.cas) > 0 {
				return nil, fmt.Errorf("after certificate %d: expected PEM or the end of the file", len(t.cas))
			}
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("found a %s, expected only certificates", block.Type)
		}
		ca, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", len(t.cas)+1, err)
		}
		if !ca.IsCA {
			return nil, fmt.Errorf("certificate %d (%s): expected one of a CA", len(t.cas)+1, ca.Subject)
		}
		t.cas = append(t.cas, ca)
		t.pool.AddCert(ca)
	}
	if len(t.cas) == 0 {
		return nil, errors.New("expected at least one CA certificate, PEM")
	}
	return t, nil
}

func (t *clientTrust) names() []string {
	var names []string
	for _, ca := range t.cas {
		names = append(names, ca.Subject.String())
	}
	return names
}

func (t *clientTrust) usable(now time.Time) bool {
	return slices.ContainsFunc(t.cas, func(ca *x509.Certificate) bool {
		return !now.Before(ca.NotBefore) && !now.After(ca.NotAfter)
	})
}

// next is the CA that ends next; the one that ended last when all have, nil where
// there is none.
func (t *clientTrust) next(now time.Time) *x509.Certificate {
	var last, next *x509.Certificate
	for _, ca := range t.cas {
		if last == nil || ca.NotAfter.After(last.NotAfter) {
			last = ca
		}
		if ca.NotAfter.After(now) && (next == nil || ca.NotAfter.Before(next.NotAfter)) {
			next = ca
		}
	}
	return cmp.Or(next, last)
}

// verify returns until when what a caller showed is good.
func (t *clientTrust) verify(shown []*x509.Certificate, names []string, now time.Time) (time.Time, *refusal) {
	switch {
	case t.pool == nil:
		return time.Time{}, &refusal{refusedNotReady, "no CA of clients is known yet"}
	case len(shown) == 0:
		return time.Time{}, &refusal{refusedNone, "none was shown"}
	}
	leaf, between := shown[0], x509.NewCertPool()
	for _, c := range shown[1:] {
		between.AddCert(c)
	}
	chains, err := leaf.Verify(x509.VerifyOptions{
		Roots:         t.pool,
		Intermediates: between,
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return time.Time{}, &refusal{reasonOf(err), err.Error()}
	}
	if !slices.Contains(names, leaf.Subject.CommonName) && !slices.ContainsFunc(leaf.DNSNames, func(name string) bool { return slices.Contains(names, name) }) {
		return time.Time{}, &refusal{refusedName, fmt.Sprintf("neither the common name nor a DNS name is one of %s", strings.Join(names, ", "))}
	}
	return goodUntil(chains), nil
}

// goodUntil is the end of the chain that ends last.
func goodUntil(chains [][]*x509.Certificate) (until time.Time) {
	for _, chain := range chains {
		end := chain[0].NotAfter
		for _, c := range chain[1:] {
			if c.NotAfter.Before(end) {
				end = c.NotAfter
			}
		}
		if end.After(until) {
			until = end
		}
	}
	return until
}

func reasonOf(err error) refusalReason {
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return refusedAuthority
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return refusedExpired
	}
	return refusedInvalid
}
