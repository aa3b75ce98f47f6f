package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

const (
	hostileReviews = 32
	memoryLimit    = 512 << 20 // the limit of the shipped Deployment
	slowLimit      = 10 * time.Second
	noAnswer       = "no answer within a minute"
)

// hostileReview is a review of about 6 MiB that costs the most when it is decoded into maps: hundreds of thousands of
// empty objects.
func hostileReview() []byte {
	const size = 6 << 20
	return []byte(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"hostile",` +
		`"kind":{"group":"batch","version":"v1","kind":"Job"},"resource":{"group":"batch","version":"v1","resource":"jobs"},` +
		`"operation":"CREATE","namespace":"default","name":"hostile","userInfo":{"username":"mallory"},"object":` +
		`{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"hostile","namespace":"default"},"spec":{"template":` +
		`{"spec":{"containers":[{}` + strings.Repeat(",{}", size/3) + `]}}}}}}`)
}

func TestHostileReviewsAtOnceStayBelowTheMemoryLimit(t *testing.T) {
	gate := freshGate(t)
	review := hostileReview()
	var answered sync.WaitGroup
	statuses := make(chan string, hostileReviews)
	for range hostileReviews {
		answered.Go(func() { statuses <- postReview(t.Context(), gate, review) })
	}
	answered.Wait()
	close(statuses)
	counts := map[string]int{}
	for status := range statuses {
		counts[status]++
	}
	if unanswered := counts[noAnswer]; unanswered > 0 {
		t.Errorf("%d reviews: %s, expected an answer or a closed connection", unanswered, noAnswer)
	}
	t.Logf("%d reviews of %d bytes: %v", hostileReviews, len(review), counts)
	peak := peakMemory(t, gate.Pid())
	t.Logf("peak resident memory %d MiB", peak>>20)
	if peak >= memoryLimit {
		t.Errorf("the gate took %d MiB, expected less than %d", peak>>20, memoryLimit>>20)
	}
	newUser(t).isFilled()
}

func TestASlowBodyIsClosed(t *testing.T) {
	gate := guardedBy(t, controlplane.GateOptions{})
	for _, path := range []string{"/mutate", "/validate"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			conn, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", gate.Port), insecure())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", path)
			started := time.Now()
			if err := conn.SetReadDeadline(started.Add(2 * slowLimit)); err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, conn)
			took := time.Since(started)
			if took > slowLimit {
				t.Errorf("closed after %s (%v), expected at most %s", took, err, slowLimit)
			}
		})
	}
}

// freshGate is one whose memory tells of nothing but what follows.
func freshGate(t *testing.T) *controlplane.Gate {
	t.Helper()
	guardedBy(t, controlplane.GateOptions{Policy: "audit"})
	return guardedBy(t, controlplane.GateOptions{Env: []string{"GOMEMLIMIT=450MiB"}})
}

// postReview says how the gate answered: a status, or that it hung up.
func postReview(ctx context.Context, gate *controlplane.Gate, body []byte) string {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	url := fmt.Sprintf("https://127.0.0.1:%d/validate?timeout=5s", gate.Port)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true
	transport := &http.Transport{TLSClientConfig: insecure()}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return noAnswer
	case err != nil:
		return "hung up"
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return "hung up"
	}
	return response.Status
}

// insecure is what an attacker in the cluster has: no certificate and no interest in the gate's.
func insecure() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }
