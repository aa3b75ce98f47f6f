package certs

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"

	"k8s.io/client-go/rest"
)

// Source is a serving certificate that is kept current.
type Source interface {
	// Run keeps the certificate current until ctx ends.
	Run(ctx context.Context) error
	// GetCertificate is for tls.Config. It is an error while there is none.
	GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Ready is nil while a certificate is served that is valid now and that
	// the API server has been told to trust.
	Ready() error
	// Expiry says when what is served ends, and when it began.
	Expiry() Expiry
	// CABundle is what a client has to trust, PEM; nil where the source does
	// not know.
	CABundle() []byte
	// Problem is what is out of order now, nil where nothing is. What is
	// served may be good all the same.
	Problem() error
	// Skew is by how much the local clock is ahead of the API server's; 0
	// where that is unknown.
	Skew() time.Duration
}

// Expiry is when a certificate and its CA end, and since when they are valid: how
// much of a life is left is known from both. Zero where unknown.
type Expiry struct {
	Leaf, CA           time.Time
	LeafSince, CASince time.Time
}

// Options are what all sources have in common. The zero value of everything
// but Service and Namespace is good.
type Options struct {
	Config    *rest.Config // of the API server
	Service   string       // the gate's Service
	Namespace string       // of Service and Secrets
	Log       *slog.Logger
	// Notice is told what happened and what is wrong, each once: a reason (one
	// of the Reason constants) and a sentence. It must not block.
	Notice func(reason, text string)
	// Now is the local wall clock, for tests that jump it.
	Now func() time.Time
	// Settle is how long both webhook configurations must have carried a CA
	// before a certificate of it is served: the time that API servers may take
	// to notice. It must be longer than one round of calls. 0 is 10 s.
	Settle time.Duration

	elapsed func() time.Duration // for tests that suspend the machine
}

const defaultSettle = 10 * time.Second

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Notice == nil {
		o.Notice = func(string, string) {}
	}
	if o.Settle == 0 {
		o.Settle = defaultSettle
	}
	return o
}
