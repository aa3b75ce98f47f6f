package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
)

// The names of a kubernetes.io/tls Secret's keys, as a mount shows them.
const (
	fileCert = "tls.crt"
	fileKey  = "tls.key"
	fileCA   = "ca.crt"
)

// Files is a certificate in a directory that somebody else keeps current.
type Files struct {
	dir     string
	watcher *certwatcher.CertWatcher
	leaf    atomic.Pointer[x509.Certificate]
}

// NewFiles reads tls.crt and tls.key of dir.
func NewFiles(dir string) (*Files, error) {
	watcher, err := certwatcher.New(filepath.Join(dir, fileCert), filepath.Join(dir, fileKey))
	if err != nil {
		return nil, fmt.Errorf("%s: expected %s and %s: %w", dir, fileCert, fileKey, err)
	}
	f := &Files{dir: dir, watcher: watcher}
	watcher.RegisterCallback(f.changed)
	cert, err := watcher.GetCertificate(nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	f.changed(*cert)
	return f, nil
}

func (f *Files) changed(cert tls.Certificate) {
	leaf := cert.Leaf
	if leaf == nil && len(cert.Certificate) > 0 {
		leaf, _ = x509.ParseCertificate(cert.Certificate[0])
	}
	if leaf != nil {
		f.leaf.Store(leaf)
	}
}

// Run reads the files again whenever they change, until ctx ends.
func (f *Files) Run(ctx context.Context) error { return f.watcher.Start(ctx) }

// GetCertificate is what is served now.
func (f *Files) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return f.watcher.GetCertificate(hello)
}

// Ready is nil while the served certificate is valid.
func (f *Files) Ready() error {
	leaf := f.leaf.Load()
	if leaf == nil {
		return errors.New("certificate: there is none yet")
	}
	return validNow(leaf, time.Now())
}

// Expiry says when the leaf ends, and the CA where ca.crt is there.
func (f *Files) Expiry() Expiry {
	e := Expiry{}
	if leaf := f.leaf.Load(); leaf != nil {
		e.Leaf = leaf.NotAfter
	}
	if cas, err := decodeCerts(f.CABundle()); err == nil {
		e.CA = cas[0].NotAfter
	}
	return e
}

// CABundle is ca.crt, nil where there is none.
func (f *Files) CABundle() []byte {
	text, err := os.ReadFile(filepath.Join(f.dir, fileCA))
	if err != nil {
		return nil
	}
	return text
}
