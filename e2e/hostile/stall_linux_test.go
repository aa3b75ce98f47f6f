package hostile

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/world"
)

const (
	stalled   = 500
	closeTime = 10 * time.Second
)

// TestStalledConnectionsAreClosed opens connections whose callers have a good certificate, or show none at all, and stop
// in the middle of a handshake, of a header and of a body.
func TestStalledConnectionsAreClosed(t *testing.T) {
	certificate, err := shared.old.Pair("kube-apiserver", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	config := showing(certificate)
	config.InsecureSkipVerify = true
	sent := []string{
		"", // stands for no handshake at all
		"POST /validate HTTP/1.1\r\nHost: gate\r\nContent-",
		"POST /validate HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
		"POST /mutate HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\nContent-Length: 33000000\r\n\r\n{",
	}
	before := descriptors(t)
	l := shared.Load(t, 50)
	took := make(chan time.Duration, stalled)
	errs := make(chan error, stalled)
	var group sync.WaitGroup
	for i := range stalled {
		group.Go(func() {
			each, err := stall(config, sent[i%len(sent)])
			took <- each
			errs <- err
		})
	}
	group.Wait()
	close(took)
	close(errs)
	longest := time.Duration(0)
	for each := range took {
		longest = max(longest, each)
	}
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	answered(t, l, 100)
	clean(t, l)
	t.Logf("%d connections, the last one was closed after %s", stalled, longest.Round(time.Millisecond))
	if longest > closeTime {
		t.Errorf("closed after %s, expected at most %s", longest, closeTime)
	}
	world.Eventually(t, time.Minute, "the descriptors are given back", func(context.Context) error {
		if now := descriptors(t); now > before+20 {
			return fmt.Errorf("%d, %d before", now, before)
		}
		return nil
	})
}

// stall sends text and waits until the gate hangs up; without a text there is no handshake either.
func stall(config *tls.Config, text string) (time.Duration, error) {
	conn, err := net.Dial("tcp", gateAddress())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if text != "" {
		conn = tls.Client(conn, config)
		if _, err := io.WriteString(conn, text); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	if err := conn.SetReadDeadline(began.Add(3 * closeTime)); err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, conn) // an answer, or none
	return time.Since(began), nil
}

// descriptors is how many the gate has open.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", shared.gate.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
