package certs

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"time"
)

// retention is how long a CA is trusted after it has stopped signing. What a
// replica signed last has expired a life of a leaf later, so that no replica
// can serve anything of it. A second life is for a replica that cannot read the
// Secret and goes on signing with the CA it knows.
const retention = 2*leafLife + leafSkew

// formersLimit bounds the bundle: a rotation is not begun by request while so
// many former CAs are trusted.
const formersLimit = 32

// trust is what replicas agree on: who signs, who signs next, and everyone a
// client must believe until the change is through.
type trust struct {
	signer  *authority
	next    *authority
	formers []former
	over    expiries // of CAs that are forgotten, for as long again
	request string   // the value of the rotation request that was last fulfilled
}

// former is a CA that signs no more, and when it is forgotten.
type former struct {
	cert  *x509.Certificate
	until time.Time
}

func newTrust(now time.Time) (*trust, error) {
	signer, err := newAuthority(now)
	if err != nil {
		return nil, err
	}
	return &trust{signer: signer, over: expiries{}}, nil
}

func (t *trust) clone() *trust {
	c := *t
	c.formers, c.over = slices.Clone(t.formers), maps.Clone(t.over)
	return &c
}

// step brings trust up to date. A new CA signs once settled says that every
// client has been told of it. The results are whether anything changed, and
// the Reason for people where it is theirs to know.
func (t *trust) step(now time.Time, request string, settled func(*x509.Certificate) bool) (changed bool, reason string, err error) {
	if t.forget(now) {
		changed = true
	}
	if t.next != nil && validNow(t.next.cert, now) != nil {
		t.next, changed = nil, true // the API server's clock has jumped
	}
	if validNow(t.signer.cert, now) != nil {
		// Nothing is left to overlap with.
		successor := t.next
		if successor == nil {
			if successor, err = newAuthority(now); err != nil {
				return changed, "", err
			}
		}
		t.succeed(successor, now)
		return true, ReasonRotated, nil
	}
	if t.next != nil {
		if !settled(t.next.cert) {
			return changed, "", nil
		}
		t.succeed(t.next, now)
		return true, ReasonRotated, nil
	}
	asked := request != t.request && len(t.formers) < formersLimit
	if !asked && now.Before(renewAt(t.signer.cert)) {
		return changed, "", nil
	}
	if t.next, err = newAuthority(now); err != nil {
		return changed, "", err
	}
	t.request = request
	return true, ReasonRotating, nil
}

func (t *trust) succeed(next *authority, now time.Time) {
	before := t.signer.cert
	t.signer, t.next = next, nil
	t.adopt(before, now, now.Add(retention))
}

// adopt trusts a CA that others may still serve a certificate of until some time, or
// its own end, and reports whether it was not trusted for so long before.
func (t *trust) adopt(cert *x509.Certificate, now, until time.Time) bool {
	until = earlier(until, cert.NotAfter)
	if !now.Before(until) || sameCert(cert, t.signer.cert) || t.next != nil && sameCert(cert, t.next.cert) {
		return false
	}
	for i, f := range t.formers {
		if sameCert(f.cert, cert) {
			longer := f.until.Before(until)
			if longer {
				t.formers[i].until = until
			}
			return longer
		}
	}
	t.formers = append(t.formers, former{cert: cert, until: until})
	delete(t.over, fingerprint(cert))
	return true
}

// forget drops the former CAs whose time is over, and remembers that for a while.
func (t *trust) forget(now time.Time) bool {
	before := len(t.formers)
	t.formers = slices.DeleteFunc(t.formers, func(f former) bool {
		over := now.After(f.until)
		if over {
			t.over[fingerprint(f.cert)] = f.until
		}
		return over
	})
	dropped := t.over.drop(now.Add(-retention))
	return dropped || len(t.formers) != before
}

// all are everyone to trust.
func (t *trust) all() []*x509.Certificate {
	certs := []*x509.Certificate{t.signer.cert}
	if t.next != nil {
		certs = append(certs, t.next.cert)
	}
	for _, f := range t.formers {
		certs = append(certs, f.cert)
	}
	return certs
}

func (t *trust) knows(cert *x509.Certificate) bool {
	return slices.ContainsFunc(t.all(), func(c *x509.Certificate) bool { return sameCert(c, cert) })
}

// remembers tells whether a CA is trusted or was, not long ago.
func (t *trust) remembers(cert *x509.Certificate) bool {
	_, over := t.over[fingerprint(cert)]
	return over || t.knows(cert)
}

// bundle is everyone to trust, PEM. It does not say who signs, so that it
// stays as it is when the next one begins.
func (t *trust) bundle() []byte { return encodeBundle(t.all()) }

func encodeBundle(certs []*x509.Certificate) []byte {
	slices.SortFunc(certs, func(a, b *x509.Certificate) int {
		if c := b.NotBefore.Compare(a.NotBefore); c != 0 {
			return c
		}
		return bytes.Compare(a.Raw, b.Raw)
	})
	var text []byte
	for _, c := range slices.CompactFunc(certs, sameCert) {
		text = append(text, encodeCert(c)...)
	}
	return text
}

// The keys of the Secret that replicas share.
const (
	keySignerCert = "ca.crt"
	keySignerKey  = "ca.key"
	keyNextCert   = "next.crt"
	keyNextKey    = "next.key"
	keyBundle     = "bundle.crt"
	keyUntil      = "until"   // of each former CA
	keyRequest    = "rotated" // the request that was last fulfilled
)

func (t *trust) encode() (map[string][]byte, error) {
	data := map[string][]byte{keyBundle: t.bundle()}
	var err error
	if data[keySignerCert], data[keySignerKey], err = t.signer.encode(); err != nil {
		return nil, err
	}
	if t.next != nil {
		if data[keyNextCert], data[keyNextKey], err = t.next.encode(); err != nil {
			return nil, err
		}
	}
	if times := maps.Clone(t.over); len(t.formers)+len(times) > 0 {
		for _, f := range t.formers {
			times[fingerprint(f.cert)] = f.until
		}
		data[keyUntil] = times.encode()
	}
	if t.request != "" {
		data[keyRequest] = []byte(t.request)
	}
	return data, nil
}

func decodeTrust(data map[string][]byte) (*trust, error) {
	signer, err := decodeAuthority(data[keySignerCert], data[keySignerKey])
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", keySignerCert, keySignerKey, err)
	}
	t := &trust{signer: signer, request: string(data[keyRequest])}
	if len(data[keyNextCert]) > 0 {
		if t.next, err = decodeAuthority(data[keyNextCert], data[keyNextKey]); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", keyNextCert, keyNextKey, err)
		}
	}
	bundle, err := decodeCerts(data[keyBundle])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyBundle, err)
	}
	t.over = decodeExpiries(data[keyUntil])
	for _, c := range bundle {
		until, ok := t.over[fingerprint(c)]
		delete(t.over, fingerprint(c))
		if sameCert(c, t.signer.cert) || t.next != nil && sameCert(c, t.next.cert) {
			continue
		}
		if !ok {
			until = c.NotAfter // nobody says when it signed last
		}
		t.formers = append(t.formers, former{cert: c, until: until})
	}
	return t, nil
}
