package webhook

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCAsOfClientsAreReadAgain(t *testing.T) {
	t.Parallel()
	old, next := newIssuer(t), newIssuer(t)
	bundle := func(i *issuer) func(testing.TB, string) {
		return func(tb testing.TB, file string) { writeCAs(tb, file, i) }
	}
	text := func(text []byte) func(testing.TB, string) {
		return func(tb testing.TB, file string) {
			if err := os.WriteFile(file, text, 0o600); err != nil {
				tb.Fatal(err)
			}
		}
	}
	leaf := next.client()
	tests := map[string]struct {
		change  func(testing.TB, string)
		trusted *issuer
		problem string
	}{
		"another CA":        {change: bundle(next), trusted: next},
		"nothing":           {change: text(nil), trusted: old, problem: "at least one CA"},
		"garbage":           {change: text([]byte("ca")), trusted: old, problem: "at least one CA"},
		"half a file":       {change: text(append(next.pem(), old.pem()[:100]...)), trusted: old, problem: "expected PEM or the end"},
		"a key":             {change: text([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")), trusted: old, problem: "found a PRIVATE KEY"},
		"a certificate":     {change: text(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]})), trusted: old, problem: "expected one of a CA"},
		"more than fits in": {change: text(bytes.Repeat([]byte("\n"), maxClientCAs+1)), trusted: old, problem: "at most"},
		"no file": {change: func(tb testing.TB, file string) {
			if err := os.Remove(file); err != nil {
				tb.Fatal(err)
			}
		}, trusted: old, problem: "no such file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := caFile(t, old)
			auth := newClients(t, ClientAuthOptions{File: file})
			test.change(t, file)
			auth.look()
			client := test.trusted.client()
			if _, err := auth.verify(auth.trust.Load(), []*x509.Certificate{client.Leaf}); err != nil {
				t.Errorf("the client of the CA that should be trusted: %v", err)
			}
			if err := auth.Ready(); err != nil {
				t.Errorf("ready: %v", err)
			}
			err := auth.Problem()
			if (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("problem: %v, expected %q", err, test.problem)
			}
		})
	}
}

// A mounted Secret changes by a new target of the symlink ..data.
func TestAMountedSecretIsFollowedWithinTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		old, next := newIssuer(t), newIssuer(t)
		dir := t.TempDir()
		mount := func(version string, i *issuer) {
			if err := os.Mkdir(filepath.Join(dir, version), 0o700); err != nil {
				t.Fatal(err)
			}
			writeCAs(t, filepath.Join(dir, version, "ca.crt"), i)
			if err := os.Symlink(version, filepath.Join(dir, "..data_tmp")); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(filepath.Join("..data", "ca.crt"), filepath.Join(dir, "ca.crt")); err != nil {
			t.Fatal(err)
		}
		auth := newClients(t, ClientAuthOptions{File: filepath.Join(dir, "ca.crt")})
		if err := auth.Ready(); err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("ready without a file: %v", err)
		}
		if _, err := auth.verify(auth.trust.Load(), []*x509.Certificate{old.client().Leaf}); err == nil {
			t.Error("a client is let in without a CA")
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- auth.Run(ctx) }()
		for version, i := range map[string]*issuer{"..1": old, "..2": next} {
			mount(version, i)
			time.Sleep(10 * time.Second) // of the test's own clock
			synctest.Wait()
			if _, err := auth.verify(auth.trust.Load(), []*x509.Certificate{i.client().Leaf}); err != nil {
				t.Errorf("%s after ten seconds: %v", version, err)
			}
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestReadinessAndExpiryOfTheCAsOfClients(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(d).Truncate(time.Second)
		}
	}
	gone, soon, later := newIssuer(t, at(-time.Hour)), newIssuer(t, at(time.Hour)), newIssuer(t, at(24*time.Hour))
	tests := map[string]struct {
		cas    []*issuer
		expiry *issuer
		ready  bool
	}{
		"one":                      {[]*issuer{later}, later, true},
		"an old one beside it":     {[]*issuer{soon, later}, soon, true},
		"one that ended beside it": {[]*issuer{gone, later}, later, true},
		"all have ended":           {[]*issuer{gone}, gone, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			auth := newClients(t, ClientAuthOptions{File: caFile(t, test.cas...)})
			if got, want := auth.Expiry(), test.expiry.cert.NotAfter; !got.Equal(want) {
				t.Errorf("expiry %v, expected %v", got, want)
			}
			if err := auth.Ready(); (err == nil) != test.ready {
				t.Errorf("ready: %v", err)
			}
		})
	}
}
