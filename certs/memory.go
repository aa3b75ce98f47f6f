package certs

import (
	"context"
	"time"
)

// tick is how often the wall clock is looked at.
const tick = 10 * time.Second

// Memory is a certificate of a CA that lives and dies with the process: for a
// gate without a cluster. Whoever calls it gets the CA from CABundle.
type Memory struct {
	*leaf
	trust *trust
}

// NewMemory serves names.
func NewMemory(names []string) (*Memory, error) {
	m := &Memory{leaf: &leaf{names: names, now: time.Now}}
	t, err := newTrust(m.now())
	if err != nil {
		return nil, err
	}
	m.trust = t
	if _, err := m.renew(t); err != nil {
		return nil, err
	}
	return m, nil
}

// Run renews the certificate until ctx ends.
func (m *Memory) Run(ctx context.Context) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if _, err := m.trust.step(m.now()); err != nil {
			return err
		}
		if _, err := m.renew(m.trust); err != nil {
			return err
		}
	}
}
