package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"

	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	"github.com/cert-manager/cert-manager/pkg/util/pki"
)

// The keys of a Secret of type kubernetes.io/tls, as a mount shows them.
const (
	fileCert = corev1.TLSCertKey
	fileKey  = corev1.TLSPrivateKeyKey
	fileCA   = cmmeta.TLSCAKey
)

// pair is a certificate with its key that somebody else has made.
type pair struct {
	cert  *tls.Certificate
	chain []*x509.Certificate // as served, the leaf first
	cas   []*x509.Certificate // of ca.crt
	ca    []byte              // ca.crt as it is
}

// newPair checks that what it gets can be served at all.
func newPair(certPEM, keyPEM, caPEM []byte) (*pair, error) {
	chain, err := pki.DecodeX509CertificateChainBytes(certPEM)
	if err != nil {
		return nil, fmt.Errorf("%s: expected a PEM certificate: %w", fileCert, err)
	}
	key, err := pki.DecodePrivateKeyBytes(keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%s: expected a PEM private key: %w", fileKey, err)
	}
	if match, err := pki.PublicKeyMatchesCertificate(key.Public(), chain[0]); err != nil || !match {
		return nil, errors.Join(fmt.Errorf("%s belongs to another certificate than %s", fileKey, fileCert), err)
	}
	p := &pair{cert: &tls.Certificate{PrivateKey: key, Leaf: chain[0]}, chain: chain, ca: caPEM}
	for _, c := range chain {
		p.cert.Certificate = append(p.cert.Certificate, c.Raw)
	}
	if len(caPEM) > 0 {
		if p.cas, err = decodeCerts(caPEM); err != nil {
			return nil, fmt.Errorf("%s: %w", fileCA, err)
		}
	}
	return p, nil
}

// readPair reads a mounted Secret, or files that somebody wrote like one.
func readPair(dir string) (*pair, error) {
	var text [3][]byte
	for i, name := range []string{fileCert, fileKey, fileCA} {
		var err error
		text[i], err = readFile(filepath.Join(dir, name))
		if err != nil && (name != fileCA || !errors.Is(err, os.ErrNotExist)) {
			return nil, fmt.Errorf("%s: expected %s and %s: %w", dir, fileCert, fileKey, err)
		}
	}
	p, err := newPair(text[0], text[1], text[2])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return p, nil
}

// fileLimit is the most that a Secret can hold.
const fileLimit = 1 << 20

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > fileLimit {
		return nil, fmt.Errorf("%s: expected a file of at most %d bytes", path, fileLimit)
	}
	return os.ReadFile(path)
}

func (p *pair) leaf() *x509.Certificate { return p.chain[0] }

// signer is the last in the chain of issuers that is known, nil where ca.crt
// says nothing.
func (p *pair) signer() *x509.Certificate {
	var top *x509.Certificate
	at := p.leaf()
	for _, issuer := range append(p.chain[1:len(p.chain):len(p.chain)], p.cas...) {
		if at.CheckSignatureFrom(issuer) == nil {
			at, top = issuer, issuer
		}
	}
	return top
}

// verify is what a caller does with the pair when it trusts only roots.
func (p *pair) verify(roots []*x509.Certificate, name string, o x509.VerifyOptions) error {
	o.DNSName = name
	o.Roots, o.Intermediates = x509.NewCertPool(), x509.NewCertPool()
	for _, c := range roots {
		o.Roots.AddCert(c)
	}
	for _, c := range p.chain[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err := p.leaf().Verify(o)
	return err
}

func (p *pair) served(bundle []byte) *served {
	return &served{cert: p.cert, signer: p.signer(), bundle: bundle}
}
