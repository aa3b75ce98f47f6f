package webhook

import (
	"net/http"
	"strings"
	"time"
)

const (
	defaultCall = 10 * time.Second       // what the API server waits where nothing is configured
	longestCall = 30 * time.Second       // the most that timeoutSeconds can be
	margin      = 200 * time.Millisecond // for the way back: a late answer is a lost one
)

// callTimeout is how long the API server still waits, less the way back. It
// says so in ?timeout=, rounded up to a second.
func callTimeout(r *http.Request) time.Duration {
	said := defaultCall
	if query := r.URL.RawQuery; query != "" {
		value, plain := strings.CutPrefix(query, "timeout=")
		if !plain || strings.ContainsAny(value, "&%+;") {
			value = r.URL.Query().Get("timeout")
		}
		if d, err := time.ParseDuration(value); err == nil && d > 0 {
			said = min(d, longestCall)
		}
	}
	if said <= 2*margin {
		return said / 2
	}
	return said - margin
}
