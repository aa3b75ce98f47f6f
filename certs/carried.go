package certs

import (
	"crypto/x509"
	"slices"
)

// carried are the CAs that the webhook configurations carry and that are to be taken
// over, each once: replicas of another installation may serve under CAs of which nothing
// but a caBundle tells. These are all, where a configuration does not carry ours and so
// somebody else has been in charge; otherwise those that the Secret that we share does
// not know. One that it has forgotten it still knows: a caBundle that has not been
// written since would teach it again. ours is nil where there is none yet.
func carried(callers []caller, ours *x509.Certificate, known func(*x509.Certificate) bool) []*x509.Certificate {
	var all []*x509.Certificate
	foreign := false
	for _, c := range callers {
		has := false
		for _, cert := range c.bundle {
			has = has || ours != nil && sameCert(cert, ours)
			if !slices.ContainsFunc(all, func(have *x509.Certificate) bool { return sameCert(have, cert) }) {
				all = append(all, cert)
			}
		}
		foreign = foreign || !has
	}
	if !foreign {
		all = slices.DeleteFunc(all, known)
	}
	return all
}
