package certs

import (
	"context"
	"crypto/x509"
)

// Memory is a certificate of a CA that lives and dies with the process: for a
// gate without a cluster. Whoever calls it gets the CA from CABundle.
type Memory struct {
	*SelfSigned
	trust *trust
}

// NewMemory serves names.
func NewMemory(names []string) (*Memory, error) {
	m := &Memory{SelfSigned: newSelfSigned(Options{}, nil)}
	m.names = names
	m.unheard.Store(nil) // nobody to be told
	t, err := newTrust(m.now())
	if err != nil {
		return nil, err
	}
	m.trust = t
	return m, m.renew(t, false)
}

// Run renews the certificate until ctx ends.
func (m *Memory) Run(ctx context.Context) error {
	repeat(ctx, nil, func(context.Context) error {
		if _, _, err := m.trust.step(m.now(), "", func(*x509.Certificate) bool { return true }); err != nil {
			return err
		}
		return m.renew(m.trust, false)
	})
	return nil
}
