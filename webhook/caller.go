package webhook

import (
	"context"
	"net"
	"net/http"
	"time"
)

// caller is what is known of the one at the other end of a connection. Requests of one
// connection come one after the other.
type caller struct {
	trust *clientTrust // by which it was let in
	until time.Time    // when its certificate, or the CA of it, ends
}

type callerKey struct{}

// meet is a server's ConnContext.
func meet(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, callerKey{}, &caller{})
}

// guard verifies the caller's certificate again where the CAs have changed or time has
// passed it by since: the API server keeps its connections for hours, and so would
// somebody whose CA is trusted no longer.
func (c *ClientAuth) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, met := r.Context().Value(callerKey{}).(*caller)
		if !met || r.TLS == nil {
			http.Error(w, "a client certificate is required", http.StatusForbidden)
			return
		}
		t := c.trust.Load()
		if who.trust != nil && who.trust != t {
			// It connects again, with the certificate that it has by now: a change of the
			// file is how an operator makes sure of that before a CA is removed.
			w.Header().Set("Connection", "close")
		}
		if who.trust != t || c.Now().After(who.until) {
			until, err := c.verify(t, r.TLS.PeerCertificates)
			if err != nil {
				w.Header().Set("Connection", "close")
				http.Error(w, "the client certificate is not accepted any more", http.StatusForbidden)
				return
			}
			who.trust, who.until = t, until
		}
		next.ServeHTTP(w, r)
	})
}
