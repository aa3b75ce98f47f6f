package hostile

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	idle = 2500
	// mostConnections are what the gate keeps open, and others the descriptors of files and listeners.
	mostConnections = 1536
	others          = 100
)

// aReview is one that needs no judging: a deletion is let through.
const aReview = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","kind":{"group":"batch","version":"v1","kind":"Job"},` +
	`"resource":{"group":"batch","version":"v1","resource":"jobs"},"operation":"DELETE","namespace":"default"}}`

// TestConnectionsThatAreKeptOpenAreBounded has somebody with a good certificate open more connections than the gate keeps,
// send a review on each, and leave them open.
func TestConnectionsThatAreKeptOpenAreBounded(t *testing.T) {
	certificate, err := shared.old.Pair("kube-apiserver", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	config := showing(certificate)
	config.InsecureSkipVerify = true
	l := shared.Load(t, 20)
	answered(t, l, 100)
	var reviewed atomic.Int64
	var group sync.WaitGroup
	due := make(chan struct{})
	for range 8 {
		group.Go(func() {
			for range due {
				conn, err := tls.Dial("tcp", gateAddress(), config)
				if err != nil {
					continue // refused: there are too many
				}
				t.Cleanup(func() { _ = conn.Close() })
				if _, err := fmt.Fprintf(conn, "POST /validate HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(aReview), aReview); err != nil {
					continue
				}
				if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil && res.StatusCode == http.StatusOK {
					reviewed.Add(1)
				}
			}
		})
	}
	most := 0
	for i := range idle {
		due <- struct{}{}
		if i%50 == 0 {
			most = max(most, descriptors(t))
		}
	}
	close(due)
	group.Wait()
	most = max(most, descriptors(t))
	answered(t, l, 100)
	clean(t, l)
	t.Logf("%d connections of which %d were answered, at most %d descriptors, %v closed to make room", idle, reviewed.Load(), most,
		metric(t, "batchgate_connections_displaced_total"))
	if most > mostConnections+others {
		t.Errorf("%d descriptors, expected at most %d", most, mostConnections+others)
	}
	if reviewed.Load() <= mostConnections {
		t.Errorf("%d connections were answered, expected more than may be open", reviewed.Load())
	}
}
