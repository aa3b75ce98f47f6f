package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// The server's bounds. The API server closes connections that idle for 90 s,
// so ours must wait longer: the side that closes first never loses a request.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 9 * time.Second // a body that stalls is gone within ten
	writeTimeout      = 40 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 16 << 10
	shutdownTimeout   = 15 * time.Second
)

// DefaultDrain is how long a terminating server keeps answering, so that every
// kube-proxy has heard of it before connections are refused.
const DefaultDrain = 10 * time.Second

// ServerOptions of NewServer. Handler and GetCertificate are required.
type ServerOptions struct {
	Handler        http.Handler
	GetCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	ClientAuth     *ClientAuth   // nil: everybody who reaches the port is served
	Drain          time.Duration // 0: none
	Connections    int           // that are open at once at most; 0: a number that suits 512 MiB
	Metrics        *Metrics      // nil: nothing is counted
	Log            *slog.Logger  // nil: nothing is logged
}

// Server serves reviews over HTTP/1.1 and TLS 1.3, which is what the API
// server speaks to a Service.
type Server struct {
	http     *http.Server
	drain    time.Duration
	serving  atomic.Bool
	draining atomic.Bool
}

// NewServer prepares a server; Serve starts it.
func NewServer(o ServerOptions) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Connections <= 0 {
		o.Connections = maxConnections
	}
	s := &Server{drain: o.Drain}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	s.http = &http.Server{
		Handler:           s.closing(o.Handler),
		Protocols:         protocols,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		TLSConfig: &tls.Config{
			MinVersion:             tls.VersionTLS13,
			NextProtos:             []string{"http/1.1"},
			GetCertificate:         o.GetCertificate,
			SessionTicketsDisabled: true, // a resumed session would outlive a rotated certificate
		},
	}
	if o.ClientAuth != nil {
		o.ClientAuth.config(s.http.TLSConfig)
		s.http.ConnContext = meet
		s.http.Handler = o.ClientAuth.guard(s.http.Handler)
	}
	Bound(s.http, o.Connections, 0, o.Metrics.connectionsDisplaced.Inc)
	return s
}

// closing asks clients to leave, one answer at a time, while the server
// drains. Idle connections are left alone: closing them races the request
// that the API server is about to send.
func (s *Server) closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// Ready is nil while the server accepts reviews and means to go on doing so.
func (s *Server) Ready() error {
	switch {
	case s.draining.Load():
		return errors.New("server: draining")
	case !s.serving.Load():
		return errors.New("server: not listening yet")
	}
	return nil
}

// Serve answers on l until ctx ends, then drains: not ready, every answer
// closes its connection, and after the drain time no new ones are accepted.
// It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ended := make(chan error, 1)
	s.serving.Store(true)
	go func() { ended <- s.http.ServeTLS(l, "", "") }()
	select {
	case err := <-ended:
		s.serving.Store(false)
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	defer s.serving.Store(false)
	if s.drain > 0 {
		timer := time.NewTimer(s.drain)
		defer timer.Stop()
		select {
		case err := <-ended:
			return err
		case <-timer.C:
		}
	}
	// ctx has ended; what is in flight still gets its answer.
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := s.http.Shutdown(finish)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}
