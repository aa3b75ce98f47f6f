package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/batchgate/batchgate/webhook"
)

// TestWhoDoesNotReadKeepsNobodyFromTheMetrics asks for more than the buffers of a connection hold, on many connections.
func TestWhoDoesNotReadKeepsNobodyFromTheMetrics(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveHTTP(ctx, l, exposition(webhook.NewMetrics())) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	var hostile sync.WaitGroup
	for range 2 * plainConnections {
		hostile.Go(func() {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
			if err != nil {
				return
			}
			context.AfterFunc(t.Context(), func() { _ = conn.Close() })
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(4096)
			}
			_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
			for range 300 {
				if _, err := fmt.Fprint(conn, "GET /metrics HTTP/1.1\r\nHost: gate\r\n\r\n"); err != nil {
					return // the server waits for us to read
				}
			}
		})
	}
	hostile.Wait()
	client := &http.Client{Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	var last string
	for begun := time.Now(); time.Since(begun) < time.Minute; {
		res, err := client.Get("http://" + l.Addr().String() + "/metrics")
		if err != nil {
			last = err.Error() // one too many at this moment
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s, %s", res.Status, res.Header.Get("Content-Type"))
		}
		return
	}
	t.Errorf("not answered within a minute: %s", last)
}
