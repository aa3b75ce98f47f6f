package certs

import (
	"crypto/x509"
	"slices"
)

// carried are the CAs that the webhook configurations carry, each once, where one of
// them does not carry ours: somebody else has been in charge of them, and replicas of
// that installation serve under CAs of which nothing but a caBundle tells. Where all
// carry ours, the Secret that we share tells everything, and a CA that it has forgotten
// is not to be learned again from a caBundle that is about to be written. ours is nil
// where there is none yet.
func carried(callers []caller, ours *x509.Certificate) []*x509.Certificate {
	var all []*x509.Certificate
	foreign := false
	for _, c := range callers {
		knows := false
		for _, cert := range c.bundle {
			knows = knows || ours != nil && sameCert(cert, ours)
			if !slices.ContainsFunc(all, func(known *x509.Certificate) bool { return sameCert(known, cert) }) {
				all = append(all, cert)
			}
		}
		foreign = foreign || !knows
	}
	if !foreign {
		return nil
	}
	return all
}
