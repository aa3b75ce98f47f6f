package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// serving is the certificate that is served. Requests read it while Run
// replaces it.
type serving struct {
	*clock
	*teller
	current atomic.Pointer[served]
	// unheard is why the API server cannot trust what this process has served
	// since its start. Once it can, a later loss is a Problem and not a reason
	// to take the replica away.
	unheard atomic.Pointer[error]
	// toldSkew is the skew that was spoken of last; owned by Run.
	toldSkew time.Duration
}

// served is a certificate, its CA, and what clients must trust.
type served struct {
	cert   *tls.Certificate
	signer *x509.Certificate // nil where unknown
	bundle []byte
}

// newServing serves nothing yet.
func newServing(o Options) *serving {
	return &serving{clock: newClock(o), teller: newTeller(o)}
}

// told notes why the API server cannot trust us, nil where it can.
func (s *serving) told(err error) {
	if err == nil {
		s.unheard.Store(nil)
	} else if s.current.Load() == nil || s.unheard.Load() != nil {
		s.unheard.Store(&err)
	}
}

// GetCertificate is what is served now.
func (s *serving) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if now := s.current.Load(); now != nil {
		return now.cert, nil
	}
	return nil, errors.New("certificate: there is none yet")
}

// Ready is nil while the served certificate and its CA are valid.
func (s *serving) Ready() error {
	if problem := s.Problem(); problem != nil && s.current.Load() == nil {
		return fmt.Errorf("certificate: there is none yet: %w", problem)
	}
	if err := s.valid(); err != nil {
		return err
	}
	if err := s.unheard.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *serving) valid() error {
	current := s.current.Load()
	if current == nil {
		return errors.New("certificate: there is none yet")
	}
	if err := validNow(current.cert.Leaf, s.now()); err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	if current.signer == nil {
		return nil
	}
	if err := validNow(current.signer, s.now()); err != nil {
		return fmt.Errorf("certificate: its CA %q: %w", current.signer.Subject.CommonName, err)
	}
	return nil
}

func validNow(cert *x509.Certificate, now time.Time) error {
	if now.After(cert.NotAfter) {
		return fmt.Errorf("expired %s, it is %s", rfc3339(cert.NotAfter), rfc3339(now))
	}
	if now.Before(cert.NotBefore) {
		return fmt.Errorf("not valid before %s, it is %s", rfc3339(cert.NotBefore), rfc3339(now))
	}
	return nil
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Expiry says when the leaf and its CA end, and when they began.
func (s *serving) Expiry() Expiry {
	e := Expiry{}
	if current := s.current.Load(); current != nil {
		e.Leaf, e.LeafSince = current.cert.Leaf.NotAfter, current.cert.Leaf.NotBefore
		if current.signer != nil {
			e.CA, e.CASince = current.signer.NotAfter, current.signer.NotBefore
		}
	}
	return e
}

// CABundle is what clients must trust, PEM.
func (s *serving) CABundle() []byte {
	if current := s.current.Load(); current != nil {
		return current.bundle
	}
	return nil
}

// serve replaces what is served.
func (s *serving) serve(next *served) {
	before := s.current.Swap(next)
	if before == nil || !sameCert(before.cert.Leaf, next.cert.Leaf) {
		s.log.Info("serving a new certificate", "notAfter", s.Expiry().Leaf, "caNotAfter", s.Expiry().CA)
	}
}

// tolerableSkew is what is no trouble, the same minute as of the alert
// BatchgateClockSkew: certificates begin an hour back and follow the API
// server's clock.
const tolerableSkew = time.Minute

// tellTime says when the certificate is not valid, and when the local clock is
// wrong: once, and again when it is wrong by another minute.
func (s *serving) tellTime() {
	if s.current.Load() != nil { // Ready says that there is none
		s.problem(ReasonInvalid, s.valid())
	}
	skew := s.Skew()
	switch {
	case skew.Abs() <= tolerableSkew:
		s.toldSkew = 0
		s.problem(ReasonClockSkew, nil)
	case s.toldSkew == 0 || (skew-s.toldSkew).Abs() > time.Minute:
		s.toldSkew = skew
		relation := "ahead of"
		if skew < 0 {
			relation = "behind"
		}
		s.problem(ReasonClockSkew, fmt.Errorf("the local clock is %s %s the API server's; certificates follow the API server's",
			skew.Abs().Round(time.Second), relation))
	}
}
