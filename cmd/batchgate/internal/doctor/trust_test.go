package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// issued are a CA, PEM, and a leaf of it for a name.
func issued(t *testing.T, name string, notAfter time.Time) (bundle []byte, leaf *x509.Certificate) {
	t.Helper()
	made := func(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
		template.SerialNumber, template.NotBefore = big.NewInt(1), time.Unix(0, 0)
		raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		return certificate
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "ca"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotAfter: notAfter}
	ca := made(template, template, key, key)
	leaf = made(&x509.Certificate{DNSNames: []string{name}, NotAfter: notAfter}, ca, key, key)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw}), leaf
}

func TestWhatReplicasServeIsHeldToTheCABundle(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	const name = "batchgate.batchgate-system.svc"
	for what, test := range map[string]struct {
		name    string
		ends    time.Time
		foreign bool
		want    string // "" is ok
	}{
		"a certificate of the CA": {name: name, ends: now.Add(time.Hour)},
		"one for another name":    {name: "batchgate.default.svc", ends: now.Add(time.Hour), want: "not " + name},
		"one that has expired":    {name: name, ends: now.Add(-time.Hour), want: "expired"},
		"one of another CA":       {name: name, ends: now.Add(time.Hour), foreign: true, want: "unknown authority"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			f, s := well(t), &sheet{}
			bundle, leaf := issued(t, test.name, test.ends)
			if test.foreign {
				bundle, _ = issued(t, test.name, test.ends)
			}
			f.mutating.value.Webhooks[0].ClientConfig.CABundle = bundle
			f.validating.value.Webhooks[0].ClientConfig.CABundle = bundle
			for i := range f.replicas {
				f.replicas[i].served = fact[[]*x509.Certificate]{value: []*x509.Certificate{leaf}}
			}
			trust(f, s)
			if test.want == "" {
				if len(s.findings) != 1 || s.findings[0].Status != OK {
					t.Errorf("%+v", s.findings)
				}
				return
			}
			found := false
			for _, finding := range s.findings {
				found = found || finding.Status == Trouble && strings.Contains(finding.Text, test.want)
			}
			if !found {
				t.Errorf("%+v, expected trouble: %s", s.findings, test.want)
			}
		})
	}
}
