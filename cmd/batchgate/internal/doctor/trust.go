package doctor

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"
)

// trust finds whether the API server can verify what replicas serve: each CA that
// a replica names must be in both bundles.
func trust(f *facts, s *sheet) {
	fine := 0
	for _, w := range f.webhooks() {
		what := w.kind + " " + f.name
		bundle, err := certificatesIn(w.client.CABundle)
		switch {
		case len(w.client.CABundle) == 0:
			s.trouble(what+": the caBundle is empty: no call of it can succeed", f.bundleRemedy(), "batchgate-certificate-problem")
			continue
		case err != nil || len(bundle) == 0:
			s.trouble(what+": the caBundle is no certificate in PEM: no call of it can succeed", f.bundleRemedy(), "batchgate-certificate-problem")
			continue
		}
		bad := false
		valid := 0
		for _, ca := range bundle {
			if ca.NotAfter.After(f.now) {
				valid++
			}
		}
		if valid == 0 {
			s.trouble(what+": every CA of the caBundle has expired", f.bundleRemedy(), "batchgate-certificate-expires")
			bad = true
		}
		for _, r := range f.replicas {
			if r.served.err == nil && len(r.served.value) > 0 {
				if err := verified(bundle, r.served.value, f.name+"."+f.namespace+".svc", f.now); err != nil {
					s.trouble(fmt.Sprintf("%s: the caBundle does not verify what replica %s serves: %s", what, r.name, err), f.bundleRemedy(), "batchgate-certificate-problem")
					bad = true
				}
				continue
			}
			served, err := certificatesIn(r.ca.value)
			if r.ca.err != nil || err != nil || len(served) == 0 {
				continue
			}
			if !holds(bundle, served) {
				s.trouble(fmt.Sprintf("%s: the caBundle does not hold the CA of what replica %s serves: calls of that replica fail with x509", what, r.name),
					f.bundleRemedy(), "batchgate-certificate-problem")
				bad = true
			}
		}
		if !bad {
			fine++
		}
	}
	seen, known := 0, 0
	for _, r := range f.replicas {
		if r.served.err == nil {
			seen++
		}
		if r.ca.err == nil {
			known++
		}
	}
	switch {
	case fine < 2:
	case seen > 0 && seen == len(f.replicas):
		s.ok("both caBundles verify what every replica serves")
	case known > 0:
		s.ok("both caBundles hold the CA of what replicas serve; the certificate itself is seen by those who may create pods/portforward, and from beside the gate (helm test)")
	default:
		s.add(Finding{Status: NotChecked, Text: "both caBundles hold valid CAs; whether they verify what replicas serve is not known, as no replica could be asked", Do: "ask as somebody who may get pods/proxy"})
	}
}

// webhooks are the two of the gate that could be looked at.
func (f *facts) webhooks() (all []webhook) {
	mutating, validating := shipped()
	if f.mutating.err == nil {
		for _, w := range mutatingOf(f.mutating.value) {
			if w.name == mutating.name {
				all = append(all, w)
			}
		}
	}
	if f.validating.err == nil {
		for _, w := range validatingOf(f.validating.value) {
			if w.name == validating.name {
				all = append(all, w)
			}
		}
	}
	return all
}

// bundleRemedy is who writes the caBundle.
func (f *facts) bundleRemedy() string {
	switch f.mode() {
	case "cert-manager":
		return "see that cert-manager's cainjector runs, and that both configurations have the annotation cert-manager.io/inject-ca-from-secret"
	case "self-signed":
		return "a running replica writes it within seconds: see that one runs, and rights below"
	default:
		return "write the CA of the files into both configurations"
	}
}

func certificatesIn(text []byte) (all []*x509.Certificate, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return all, nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, certificate)
	}
}

// verified holds a certificate to what the API server asks of it.
func verified(bundle, served []*x509.Certificate, name string, now time.Time) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, ca := range bundle {
		roots.AddCert(ca)
	}
	for _, ca := range served[1:] {
		between.AddCert(ca)
	}
	_, err := served[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name, CurrentTime: now})
	return err
}

// holds is true when one of the served CAs is in the bundle.
func holds(bundle, served []*x509.Certificate) bool {
	for _, ca := range served {
		for _, known := range bundle {
			if bytes.Equal(ca.Raw, known.Raw) {
				return true
			}
		}
	}
	return false
}
