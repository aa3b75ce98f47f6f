package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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

// health answers /healthz while the process lives, /readyz with the reason while
// something is missing and with the policy in force when all is there, and
// /ca.crt with what clients must trust.
func health(ready checks, policy func() engine.Identity, ca func() []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
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
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.Registry(), promhttp.HandlerOpts{MaxRequestsInFlight: 2}))
	return mux
}

// serveHTTP serves plain HTTP on l until ctx ends.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
