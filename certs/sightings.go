package certs

import (
	"crypto/x509"
	"time"
)

// sightings remember since when every caller trusts a CA. API servers learn of
// a caBundle some time after it is stored, each on its own.
type sightings struct {
	settle time.Duration
	since  map[string]time.Duration // by the certificate, elapsed time
	nobody bool                     // calls us
}

func newSightings(settle time.Duration) *sightings {
	return &sightings{settle: settle, since: map[string]time.Duration{}}
}

// look notes what all callers trust now. What one has lost starts again.
func (s *sightings) look(callers []caller, now time.Duration) {
	s.nobody = len(callers) == 0
	present := map[string]int{}
	for _, c := range callers {
		seen := map[string]bool{}
		for _, cert := range c.bundle {
			if raw := string(cert.Raw); !seen[raw] {
				seen[raw] = true
				present[raw]++
			}
		}
	}
	for raw := range s.since {
		if present[raw] < len(callers) {
			delete(s.since, raw)
		}
	}
	for raw, n := range present {
		if _, known := s.since[raw]; !known && n == len(callers) {
			s.since[raw] = now
		}
	}
}

// settled reports whether every caller has trusted a CA for long enough.
func (s *sightings) settled(cert *x509.Certificate, now time.Duration) bool {
	since, ok := s.since[string(cert.Raw)]
	return s.nobody || ok && now-since >= s.settle
}
