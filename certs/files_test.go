package certs

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mount writes a fresh certificate the way a Secret's volume shows it.
func mount(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	ca, err := newAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.issue([]string{"batchgate.batchgate-system.svc"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalECPrivateKey(cert.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		fileCert: encodeCert(cert.Leaf),
		fileKey:  pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key}),
		fileCA:   encodeCert(ca.cert),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert.Leaf
}

func TestFilesAreReadAgainWhenTheyChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := mount(t, dir)
	f, err := NewFiles(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Ready(); err != nil {
		t.Error(err)
	}
	if e := f.Expiry(); !e.Leaf.Equal(first.NotAfter) || e.CA.IsZero() {
		t.Errorf("got %+v", e)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ended := make(chan error)
	go func() { ended <- f.Run(ctx) }()
	second := mount(t, dir)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		cert, err := f.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		if leaf, err := x509.ParseCertificate(cert.Certificate[0]); err == nil && sameCert(leaf, second) {
			break
		}
		select { // the watcher tells nobody
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	if ctx.Err() != nil {
		t.Error("the new certificate was never served")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestFilesThatComeLaterAreWaitedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	notices := &notices{}
	f, err := NewFiles(dir, Options{Notice: notices.add})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if f.round() == nil {
			t.Fatal("files that are not there were read")
		}
	}
	if err := f.Ready(); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, fileCert)) {
		t.Errorf("expected the file that is missing: %v", err)
	}
	if n := notices.count(ReasonFilesUnusable); n != 1 {
		t.Errorf("told %d times, want once", n)
	}
	mount(t, dir)
	if err := f.round(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Ready(), f.Problem()); err != nil {
		t.Error(err)
	}
}

func TestADirectoryThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tls.crt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, file + "s"} {
		if _, err := NewFiles(dir, Options{}); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
