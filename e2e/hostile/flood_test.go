package hostile

import (
	"context"
	"crypto/tls"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	handshakes = 1000 // a second
	flooders   = 64
	// crowded is what an answer may take beside a flood that this machine makes itself.
	crowded = time.Second
)

// TestAFloodOfStrangersIsNotNoticed opens a thousand connections a second, none of which has a certificate.
func TestAFloodOfStrangersIsNotNoticed(t *testing.T) {
	lasts := 10 * time.Second
	if *long {
		lasts = time.Minute
	}
	quiet := shared.Load(t, 50)
	answered(t, quiet, 250)
	base := clean(t, quiet)

	malformed := metric(t, "batchgate_reviews_total", "outcome=malformed")
	refused := metric(t, "batchgate_tls_rejected_total", "reason=no certificate")
	l := shared.Load(t, 50)
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	due := make(chan struct{}, handshakes)
	var tried, letIn atomic.Int64
	var group sync.WaitGroup
	for range flooders {
		group.Go(func() {
			for range due {
				tried.Add(1)
				if _, err := ask(t.Context(), &tls.Config{}); err == nil {
					letIn.Add(1)
				}
			}
		})
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for flooding := true; flooding; {
		select {
		case <-ctx.Done():
			flooding = false
		case <-tick.C:
			for range handshakes / 100 {
				select {
				case due <- struct{}{}:
				default: // this machine does not come to so many
				}
			}
		}
	}
	close(due)
	group.Wait()
	result := clean(t, l)
	t.Logf("%d strangers in %s; p99 of honest requests %s, %s without them", tried.Load(), lasts, result.P99, base.P99)
	if n := letIn.Load(); n > 0 {
		t.Errorf("%d strangers were let in", n)
	}
	if now := metric(t, "batchgate_reviews_total", "outcome=malformed"); now != malformed {
		t.Errorf("%v requests of strangers came to the handler", now-malformed)
	}
	if now := metric(t, "batchgate_tls_rejected_total", "reason=no certificate"); now-refused < float64(tried.Load()) {
		t.Errorf("%v refusals are counted, expected %d", now-refused, tried.Load())
	}
	if result.P99 > max(3*base.P99, crowded) {
		t.Errorf("p99 is %s, expected at most three times %s", result.P99, base.P99)
	}
}
