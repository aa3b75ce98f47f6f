package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// leaf is the certificate that is served, its CA, and what clients must trust.
type leaf struct {
	names  []string
	now    func() time.Time
	served atomic.Pointer[served]
}

type served struct {
	cert   *tls.Certificate
	signer *x509.Certificate
	bundle []byte
}

// GetCertificate is what is served now.
func (l *leaf) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if s := l.served.Load(); s != nil {
		return s.cert, nil
	}
	return nil, errors.New("certificate: there is none yet")
}

// Ready is nil while the served certificate is valid.
func (l *leaf) Ready() error {
	s := l.served.Load()
	if s == nil {
		return errors.New("certificate: there is none yet")
	}
	return validNow(s.cert.Leaf, l.now())
}

func validNow(cert *x509.Certificate, now time.Time) error {
	if now.After(cert.NotAfter) {
		return fmt.Errorf("certificate: expired %s", cert.NotAfter.UTC().Format(time.RFC3339))
	}
	if now.Before(cert.NotBefore) {
		return fmt.Errorf("certificate: not valid before %s", cert.NotBefore.UTC().Format(time.RFC3339))
	}
	return nil
}

// Expiry says when the leaf and its CA end.
func (l *leaf) Expiry() Expiry {
	if s := l.served.Load(); s != nil {
		return Expiry{Leaf: s.cert.Leaf.NotAfter, CA: s.signer.NotAfter}
	}
	return Expiry{}
}

// CABundle is what clients must trust, PEM.
func (l *leaf) CABundle() []byte {
	if s := l.served.Load(); s != nil {
		return s.bundle
	}
	return nil
}

// renew serves a certificate of t's signer, a new one where the present one
// is old, not valid now, or another CA's. It reports whether it made one.
func (l *leaf) renew(t *trust) (bool, error) {
	now := l.now()
	s := l.served.Load()
	if s != nil && sameCert(s.signer, t.signer.cert) && now.Before(renewAt(s.cert.Leaf)) && validNow(s.cert.Leaf, now) == nil {
		l.served.Store(&served{cert: s.cert, signer: s.signer, bundle: t.bundle()})
		return false, nil
	}
	cert, err := t.signer.issue(l.names, now)
	if err != nil {
		return false, fmt.Errorf("certificate: %w", err)
	}
	l.served.Store(&served{cert: cert, signer: t.signer.cert, bundle: t.bundle()})
	return true, nil
}
