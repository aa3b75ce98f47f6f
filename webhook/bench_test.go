package webhook

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// BenchmarkHandler is one review in process: what the gate adds, without TLS
// and sockets.
func BenchmarkHandler(b *testing.B) {
	judge, err := recommended()
	if err != nil {
		b.Fatal(err)
	}
	h := NewHandler(Options{Judge: judge, Namespaces: oneNamespace{LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}})
	samples := reviews(b)
	for _, path := range []string{"mutate", "validate"} {
		for _, name := range slices.Sorted(maps.Keys(samples)) {
			b.Run(path+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					req := httptest.NewRequest(http.MethodPost, "/"+path+"?timeout=5s", bytes.NewReader(samples[name]))
					req.Header.Set("Content-Type", "application/json")
					w := httptest.NewRecorder()
					h.ServeHTTP(w, req)
					if w.Code != http.StatusOK {
						b.Fatalf("status %d: %s", w.Code, w.Body)
					}
				}
			})
		}
	}
}

// BenchmarkReadReview is the envelope alone.
func BenchmarkReadReview(b *testing.B) {
	samples := reviews(b)
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(samples[name])))
			for b.Loop() {
				if _, err := readReview(samples[name]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkServer is the whole over TLS with one connection, in a process of
// its own, beside a bare server that only decodes the review. cpu-µs/op is the
// server's CPU, measured there.
func BenchmarkServer(b *testing.B) {
	samples := reviews(b)
	for _, kind := range []string{bareChild, gateChild} {
		c := startChild(b, kind)
		paths := []string{"mutate", "validate"}
		if kind == bareChild {
			paths = paths[:1]
		}
		for _, path := range paths {
			for _, name := range slices.Sorted(maps.Keys(samples)) {
				b.Run(kind+"/"+path+"/"+name, func(b *testing.B) {
					client := c.client(b)
					before, start := c.used(), time.Now()
					for b.Loop() {
						res, text, err := c.post(client, "/"+path+"?timeout=5s", samples[name])
						if err != nil || res.StatusCode != http.StatusOK {
							b.Fatalf("%v: %s", err, text)
						}
					}
					took, after := time.Since(start), c.used()
					b.ReportMetric(float64(b.N)/took.Seconds(), "req/s")
					b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/float64(b.N), "cpu-µs/op")
				})
			}
		}
	}
}
