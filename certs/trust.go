package certs

import (
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// The keys of the Secret that replicas share.
const (
	keySignerCert = "ca.crt"
	keySignerKey  = "ca.key"
	keyNextCert   = "next.crt"
	keyNextKey    = "next.key"
	keyBundle     = "bundle.crt"
)

// trust is what replicas agree on: who signs, who signs next, and everyone a
// client must believe until the change is through.
type trust struct {
	signer *authority
	next   *authority
	others []*x509.Certificate // former signers, until they expire
}

func newTrust(now time.Time) (*trust, error) {
	signer, err := newAuthority(now)
	if err != nil {
		return nil, err
	}
	return &trust{signer: signer}, nil
}

// step brings trust up to date and reports whether it changed. A new CA is
// trusted for a while before it signs, so no client meets a leaf whose CA it
// has not heard of.
func (t *trust) step(now time.Time) (bool, error) {
	changed := false
	valid := slices.DeleteFunc(slices.Clone(t.others), func(c *x509.Certificate) bool { return now.After(c.NotAfter) })
	if len(valid) != len(t.others) {
		t.others, changed = valid, true
	}
	if t.next != nil && (now.After(t.next.cert.NotBefore.Add(caSkew+overlap)) || now.After(t.signer.cert.NotAfter)) {
		if now.Before(t.signer.cert.NotAfter) {
			t.others = append(t.others, t.signer.cert)
		}
		t.signer, t.next, changed = t.next, nil, true
	}
	if t.next != nil || now.Before(renewAt(t.signer.cert)) {
		return changed, nil
	}
	next, err := newAuthority(now)
	if err != nil {
		return changed, err
	}
	if now.After(t.signer.cert.NotAfter) {
		t.signer = next // nothing is left to overlap with
	} else {
		t.next = next
	}
	return true, nil
}

// bundle is everyone to trust, PEM, the present signer first.
func (t *trust) bundle() []byte {
	text := encodeCert(t.signer.cert)
	if t.next != nil {
		text = append(text, encodeCert(t.next.cert)...)
	}
	for _, c := range t.others {
		text = append(text, encodeCert(c)...)
	}
	return text
}

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
	return data, nil
}

func decodeTrust(data map[string][]byte) (*trust, error) {
	signer, err := decodeAuthority(data[keySignerCert], data[keySignerKey])
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", keySignerCert, keySignerKey, err)
	}
	t := &trust{signer: signer}
	if len(data[keyNextCert]) > 0 {
		if t.next, err = decodeAuthority(data[keyNextCert], data[keyNextKey]); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", keyNextCert, keyNextKey, err)
		}
	}
	bundle, err := decodeCerts(data[keyBundle])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyBundle, err)
	}
	for _, c := range bundle {
		if !sameCert(c, t.signer.cert) && (t.next == nil || !sameCert(c, t.next.cert)) {
			t.others = append(t.others, c)
		}
	}
	return t, nil
}
