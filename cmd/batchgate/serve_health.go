package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/webhook"
)

// checks are what must be in place before reviews are answered; each says
// what is missing.
type checks []func() error

// missing is nil when all is in place.
func (c checks) missing() error {
	var missing []error
	for _, ready := range c {
		missing = append(missing, ready())
	}
	return errors.Join(missing...)
}

// health answers /healthz while the process is good for anything, /readyz with the reason while
// something is missing and with the policy in force when all is there, and
// /ca.crt with what clients must trust.
func health(ready checks, alive func() error, policy func() engine.Identity, ca func() []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if err := alive(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready.missing(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "ok\npolicy %s\nversion %s\n", policy(), ownVersion())
	})
	mux.HandleFunc("GET /ca.crt", func(w http.ResponseWriter, _ *http.Request) {
		bundle := ca()
		if bundle == nil {
			http.Error(w, "the CA is not known here", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(bundle)
	})
	return mux
}

func exposition(m *webhook.Metrics) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", &gathered{from: promhttp.HandlerFor(m.Registry(), promhttp.HandlerOpts{})})
	return mux
}

// gathered gathers for one request at a time, and sends without holding anybody up: a
// client that does not read keeps nothing but its own connection.
type gathered struct {
	mu   sync.Mutex
	from http.Handler
}

// ServeHTTP is that of an http.Handler.
func (g *gathered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var text bytes.Buffer
	g.mu.Lock()
	g.from.ServeHTTP(&page{ResponseWriter: w, text: &text}, r)
	g.mu.Unlock()
	_, _ = w.Write(text.Bytes())
}

// page keeps what is written.
type page struct {
	http.ResponseWriter
	text *bytes.Buffer
}

// Write is that of an http.ResponseWriter.
func (p *page) Write(text []byte) (int, error) { return p.text.Write(text) }

// plainConnections are open at once at most on a port that is not the webhook's: the
// kubelet's, Prometheus', and those of whoever else reaches it, who has plainPatience to
// take an answer when others find no place.
const (
	plainConnections = 64
	plainPatience    = 2 * time.Second
)

// serveHTTP serves plain HTTP on l until ctx ends.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
	webhook.Bound(server, plainConnections, plainPatience, nil)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
