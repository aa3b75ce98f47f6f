package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/cert-manager/cert-manager/pkg/util/pki"
)

// Lives. A leaf is cheap to replace, so it is short; a CA changes what others
// trust, so it is long. NotBefore lies back by as much as clocks may differ.
const (
	caLife   = 365 * 24 * time.Hour
	caSkew   = 48 * time.Hour
	leafLife = 7 * 24 * time.Hour
	leafSkew = time.Hour
)

// authority is a CA certificate and its key.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(now time.Time) (*authority, error) {
	key, err := pki.GenerateECPrivateKey(pki.ECCurve256)
	if err != nil {
		return nil, err
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		// The serial in the name keeps two generations apart for verifiers
		// that look an issuer up by its name.
		Subject:               pkix.Name{CommonName: fmt.Sprintf("batchgate CA %x", serial.Bytes()[:4])},
		NotBefore:             now.Add(-caSkew),
		NotAfter:              now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	_, cert, err := pki.SignCertificate(template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: key}, nil
}

// issue makes a serving certificate for names, host names or addresses.
func (a *authority) issue(names []string, now time.Time) (*tls.Certificate, error) {
	key, err := pki.GenerateECPrivateKey(pki.ECCurve256)
	if err != nil {
		return nil, err
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: names[0]},
		NotBefore:    now.Add(-leafSkew),
		NotAfter:     earlier(now.Add(leafLife), a.cert.NotAfter),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	_, leaf, err := pki.SignCertificate(template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// encode gives certificate and key as PEM.
func (a *authority) encode() (cert, key []byte, err error) {
	key, err = pki.EncodeECPrivateKey(a.key)
	return encodeCert(a.cert), key, err
}

// decodeAuthority reads what encode wrote and checks that the two belong
// together: a Secret is edited by hand once in its life.
func decodeAuthority(certPEM, keyPEM []byte) (*authority, error) {
	certs, err := decodeCerts(certPEM)
	if err != nil {
		return nil, err
	}
	if len(certs) != 1 || !certs[0].IsCA {
		return nil, errors.New("certificate: expected exactly one, of a CA")
	}
	signer, err := pki.DecodePrivateKeyBytes(keyPEM)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	key, ok := signer.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("key: expected one of ECDSA")
	}
	if !key.PublicKey.Equal(certs[0].PublicKey) {
		return nil, errors.New("key: belongs to another certificate")
	}
	return &authority{cert: certs[0], key: key}, nil
}

func encodeCert(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

// decodeCerts reads PEM of a bounded size, which may come from anybody.
func decodeCerts(text []byte) ([]*x509.Certificate, error) {
	certs, err := pki.DecodeX509CertificateSetBytes(text)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return certs, nil
}

// renewAt is two thirds into a certificate's life.
func renewAt(cert *x509.Certificate) time.Time {
	life := cert.NotAfter.Sub(cert.NotBefore)
	return cert.NotBefore.Add(life / 3 * 2)
}

func sameCert(a, b *x509.Certificate) bool { return bytes.Equal(a.Raw, b.Raw) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func serialNumber() (*big.Int, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	raw[0] = raw[0]&0x7f | 0x40 // positive, and always 16 bytes long
	return new(big.Int).SetBytes(raw), nil
}
