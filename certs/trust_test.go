package certs

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// verifies reports whether a client that trusts bundle accepts what l serves
// for the Service at that time.
func verifies(t *testing.T, s *serving, bundle []byte, at time.Time) error {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		t.Fatal("no certificate in the bundle")
	}
	_, err := s.current.Load().cert.Leaf.Verify(x509.VerifyOptions{
		DNSName: "batchgate.batchgate-system.svc", Roots: pool, CurrentTime: at,
	})
	return err
}

// always and never say what clients have been told of.
func always(*x509.Certificate) bool { return true }

func never(*x509.Certificate) bool { return false }

func TestTrustSurvivesItsSecret(t *testing.T) {
	t.Parallel()
	before, err := newTrust(start)
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		at      time.Duration
		request string
	}{{0, ""}, {0, "please"}, {time.Minute, "please"}, {caLife * 3 / 4, "please"}}
	for _, step := range steps {
		if _, _, err := before.step(start.Add(step.at), step.request, always); err != nil {
			t.Fatal(err)
		}
		data, err := before.encode()
		if err != nil {
			t.Fatal(err)
		}
		after, err := decodeTrust(data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := after.encode()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(data, again); diff != "" {
			t.Error(diff)
		}
		if step.at == time.Minute && len(after.formers) != 1 {
			t.Errorf("%d former CAs are kept after a rotation, want 1", len(after.formers))
		}
	}
}

func TestANewCASignsOnlyOnceItIsKnown(t *testing.T) {
	t.Parallel()
	trusted, err := newTrust(start)
	if err != nil {
		t.Fatal(err)
	}
	first := trusted.signer
	step := func(at time.Duration, request string, settled func(*x509.Certificate) bool, want string) {
		t.Helper()
		_, reason, err := trusted.step(start.Add(at), request, settled)
		if err != nil || reason != want {
			t.Fatalf("%v after the start: %q, %v, want %q", at, reason, err, want)
		}
	}
	step(0, "", never, "")
	step(time.Minute, "now", never, ReasonRotating)
	step(30*24*time.Hour, "now", never, "")
	if trusted.signer != first {
		t.Fatal("the new CA signs before anybody knows it")
	}
	step(30*24*time.Hour, "now", always, ReasonRotated)
	step(30*24*time.Hour, "now", always, "")
	if trusted.signer == first || len(trusted.formers) != 1 || !sameCert(trusted.formers[0].cert, first.cert) {
		t.Fatal("the former CA is not kept beside the new one")
	}
	last, err := first.issue([]string{"a"}, start.Add(30*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	step(last.Leaf.NotAfter.Sub(start), "now", always, "")
	if !trusted.knows(first.cert) {
		t.Error("the former CA is forgotten while its last certificate is valid")
	}
	step(30*24*time.Hour+retention+time.Hour, "now", always, "")
	if trusted.knows(first.cert) {
		t.Error("the former CA is never forgotten")
	}
}

func TestRequestsForRotationAreBounded(t *testing.T) {
	t.Parallel()
	trusted, err := newTrust(start)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 * formersLimit {
		if _, _, err := trusted.step(start, fmt.Sprint(i), always); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(trusted.all()); n > formersLimit+1 {
		t.Errorf("%d CAs are trusted, want at most %d", n, formersLimit+1)
	}
}

func TestBrokenSecretIsNamed(t *testing.T) {
	t.Parallel()
	one, err := newTrust(start)
	if err != nil {
		t.Fatal(err)
	}
	other, err := newTrust(start)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.encode()
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(map[string][]byte){
		"the key of another CA": func(d map[string][]byte) { d[keySignerKey] = foreign[keySignerKey] },
		"no key":                func(d map[string][]byte) { delete(d, keySignerKey) },
		"no certificate":        func(d map[string][]byte) { delete(d, keySignerCert) },
		"half a certificate":    func(d map[string][]byte) { d[keySignerCert] = d[keySignerCert][:100] },
		"no bundle":             func(d map[string][]byte) { delete(d, keyBundle) },
		"a next without a key":  func(d map[string][]byte) { d[keyNextCert] = foreign[keySignerCert] },
	}
	for name, breaking := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := one.encode()
			if err != nil {
				t.Fatal(err)
			}
			breaking(data)
			if _, err := decodeTrust(data); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestRotationNeverLeavesAClientBehind steps a clock through two lives of the
// CA. A client that learns of a bundle a whole step late still accepts every
// certificate that is served.
func TestRotationNeverLeavesAClientBehind(t *testing.T) {
	t.Parallel()
	now := start
	l := newSelfSigned(Options{Service: "batchgate", Namespace: gateNamespace, Now: func() time.Time { return now }}, nil)
	trusted, err := newTrust(now)
	if err != nil {
		t.Fatal(err)
	}
	late := trusted.bundle()
	known := func(c *x509.Certificate) bool {
		certs, err := decodeCerts(late)
		return err == nil && slices.ContainsFunc(certs, func(k *x509.Certificate) bool { return sameCert(k, c) })
	}
	rotations := 0
	for ; now.Before(start.Add(2 * caLife)); now = now.Add(6 * time.Hour) {
		_, reason, err := trusted.step(now, "", known)
		if err != nil {
			t.Fatal(err)
		}
		if reason == ReasonRotated {
			rotations++
		}
		if err := l.renew(trusted, false); err != nil {
			t.Fatal(err)
		}
		if err := verifies(t, l.serving, late, now); err != nil {
			t.Fatalf("%v after the start, a late client: %v", now.Sub(start), err)
		}
		if err := verifies(t, l.serving, trusted.bundle(), now); err != nil {
			t.Fatalf("%v after the start: %v", now.Sub(start), err)
		}
		late = trusted.bundle()
	}
	if rotations < 2 || len(trusted.all()) > 3 {
		t.Errorf("%d rotations in two lives, want 2; %d CAs are trusted", rotations, len(trusted.all()))
	}
}

func TestLeafIsKeptWhileItIsGood(t *testing.T) {
	t.Parallel()
	now := start
	l := newSelfSigned(Options{Service: "a", Now: func() time.Time { return now }}, nil)
	if l.Ready() == nil || l.CABundle() != nil {
		t.Error("ready without a certificate")
	}
	if _, err := l.GetCertificate(nil); err == nil {
		t.Error("a certificate out of nothing")
	}
	trusted, err := newTrust(now)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		what    string
		at      time.Duration
		asked   bool
		renewed bool
	}{
		{what: "the first", renewed: true},
		{what: "at once again"},
		{what: "at half of its life", at: leafLife / 2},
		{what: "when somebody asks", at: leafLife / 2, asked: true, renewed: true},
		{what: "two thirds of a life later", at: leafLife/2 + leafLife*3/4, renewed: true},
	}
	var last *tls.Certificate
	for _, test := range tests {
		now = start.Add(test.at)
		if err := l.renew(trusted, test.asked); err != nil {
			t.Fatal(err)
		}
		cert := l.current.Load().cert
		if renewed := cert != last; renewed != test.renewed {
			t.Errorf("%s: renewed is %v, want %v", test.what, renewed, test.renewed)
		}
		last = cert
	}
}
