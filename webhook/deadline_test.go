package webhook

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestCallTimeout(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query string
		want  time.Duration
	}{
		"nothing said":              {"", 9800 * time.Millisecond},
		"as the API server says it": {"?timeout=5s", 4800 * time.Millisecond},
		"beside something else":     {"?x=1&timeout=2s", 1800 * time.Millisecond},
		"escaped":                   {"?timeout=%35s", 4800 * time.Millisecond},
		"too short for the margin":  {"?timeout=300ms", 150 * time.Millisecond},
		"longer than any webhook":   {"?timeout=1h", 29800 * time.Millisecond},
		"not a duration":            {"?timeout=soon", 9800 * time.Millisecond},
		"negative":                  {"?timeout=-1s", 9800 * time.Millisecond},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := callTimeout(httptest.NewRequest(http.MethodPost, "/validate"+test.query, nil)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
