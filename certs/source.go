package certs

import (
	"context"
	"crypto/tls"
	"time"
)

// Source is a serving certificate that is kept current.
type Source interface {
	// Run keeps the certificate current until ctx ends.
	Run(ctx context.Context) error
	// GetCertificate is for tls.Config. It is an error while there is none.
	GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Ready is nil while a certificate is served that is valid now.
	Ready() error
	// Expiry says when what is served ends.
	Expiry() Expiry
	// CABundle is what a client has to trust, PEM; nil where the source does
	// not know.
	CABundle() []byte
}

// Expiry is when a certificate and its CA end; zero where unknown.
type Expiry struct{ Leaf, CA time.Time }
