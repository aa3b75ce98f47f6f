package certs

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// verifies reports whether a client that trusts bundle accepts what l serves
// for the Service at that time.
func verifies(t *testing.T, l *leaf, bundle []byte, at time.Time) error {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		t.Fatal("no certificate in the bundle")
	}
	_, err := l.served.Load().cert.Leaf.Verify(x509.VerifyOptions{
		DNSName: "batchgate.batchgate-system.svc", Roots: pool, CurrentTime: at,
	})
	return err
}

func TestTrustSurvivesItsSecret(t *testing.T) {
	t.Parallel()
	before, err := newTrust(start)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Duration{0, caLife * 3 / 4, caLife*3/4 + time.Hour} {
		if _, err := before.step(start.Add(at)); err != nil {
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
	}
	if len(before.others) != 1 {
		t.Errorf("%d former signers are kept, want 1", len(before.others))
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
	l := &leaf{names: ServiceNames("batchgate", "batchgate-system"), now: func() time.Time { return now }}
	trusted, err := newTrust(now)
	if err != nil {
		t.Fatal(err)
	}
	late := trusted.bundle()
	signers := 0
	var step time.Duration
	for ; now.Before(start.Add(2 * caLife)); now = now.Add(step) {
		changed, err := trusted.step(now)
		if err != nil {
			t.Fatal(err)
		}
		renewed, err := l.renew(trusted)
		if err != nil {
			t.Fatal(err)
		}
		if changed {
			signers++
		}
		if renewed || changed {
			if err := verifies(t, l, late, now); err != nil {
				t.Fatalf("%v after the start, a late client: %v", now.Sub(start), err)
			}
			if err := verifies(t, l, trusted.bundle(), now); err != nil {
				t.Fatalf("%v after the start: %v", now.Sub(start), err)
			}
		}
		late = trusted.bundle()
		// Most steps change nothing: walk fast between the interesting days.
		if step = 5 * time.Minute; trusted.next == nil && now.Before(renewAt(trusted.signer.cert).Add(-48*time.Hour)) {
			step = 12 * time.Hour
		}
	}
	if signers < 4 {
		t.Errorf("only %d changes of trust in two lives", signers)
	}
}

func TestClockJumps(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{
		"back an hour":        -time.Hour,
		"back a day":          -24 * time.Hour,
		"forward thirty days": 30 * 24 * time.Hour,
		"forward two years":   2 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := start
			l := &leaf{names: ServiceNames("batchgate", "batchgate-system"), now: func() time.Time { return now }}
			trusted, err := newTrust(now)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.renew(trusted); err != nil {
				t.Fatal(err)
			}
			now = now.Add(jump)
			if _, err := trusted.step(now); err != nil {
				t.Fatal(err)
			}
			if _, err := l.renew(trusted); err != nil {
				t.Fatal(err)
			}
			if err := l.Ready(); err != nil {
				t.Error(err)
			}
			if err := verifies(t, l, l.CABundle(), now); err != nil {
				t.Error(err)
			}
			if e := l.Expiry(); e.Leaf.Before(now) || e.CA.Before(e.Leaf) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestLeafIsKeptWhileItIsGood(t *testing.T) {
	t.Parallel()
	now := start
	l := &leaf{names: []string{"a"}, now: func() time.Time { return now }}
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
	for at, want := range map[time.Duration]bool{0: true} {
		now = start.Add(at)
		if got, err := l.renew(trusted); err != nil || got != want {
			t.Fatalf("renewed %v, %v", got, err)
		}
	}
	first := l.served.Load().cert
	now = start.Add(leafLife / 2)
	if renewed, _ := l.renew(trusted); renewed || l.served.Load().cert != first {
		t.Error("renewed at half of its life")
	}
	now = start.Add(leafLife * 3 / 4)
	if renewed, _ := l.renew(trusted); !renewed || bytes.Equal(l.served.Load().cert.Certificate[0], first.Certificate[0]) {
		t.Error("not renewed at three quarters of its life")
	}
}
