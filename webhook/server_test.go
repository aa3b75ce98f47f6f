package webhook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/batchgate/batchgate/certs"
)

// started is a server on loopback and a client that trusts it.
type started struct {
	server *Server
	addr   string
	roots  *x509.CertPool
	stop   context.CancelFunc
	ended  chan error
}

func start(tb testing.TB, h http.Handler, drain time.Duration, clients ...*ClientAuth) *started {
	tb.Helper()
	source, err := certs.NewMemory(certs.LocalNames())
	if err != nil {
		tb.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	o := ServerOptions{Handler: h, GetCertificate: source.GetCertificate, Drain: drain}
	for _, c := range clients {
		o.ClientAuth = c
	}
	s := &started{
		server: NewServer(o),
		addr:   l.Addr().String(),
		roots:  x509.NewCertPool(),
		ended:  make(chan error, 1),
	}
	s.roots.AppendCertsFromPEM(source.CABundle())
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	s.stop = stop
	go func() { s.ended <- s.server.Serve(ctx, l) }()
	tb.Cleanup(func() {
		stop()
		if err := <-s.ended; err != nil {
			tb.Error(err)
		}
	})
	return s
}

func (s *started) client(tb testing.TB, protocols ...string) *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots, NextProtos: protocols}}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (s *started) post(client *http.Client, path string, body []byte) (*http.Response, []byte, error) {
	res, err := client.Post("https://"+s.addr+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res, text, err
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	s := start(t, NewHandler(Options{Judge: silentJudge{}}), 0)
	tests := map[string]struct {
		config *tls.Config
		want   string // part of the error; empty: accepted
	}{
		"TLS 1.3":                       {&tls.Config{RootCAs: s.roots}, ""},
		"TLS 1.2":                       {&tls.Config{RootCAs: s.roots, MaxVersion: tls.VersionTLS12}, "protocol version"},
		"a name that it does not serve": {&tls.Config{RootCAs: s.roots, ServerName: "example.com"}, "not example.com"},
		"nobody to trust":               {&tls.Config{RootCAs: x509.NewCertPool()}, "unknown authority"},
		"HTTP/2 only":                   {&tls.Config{RootCAs: s.roots, NextProtos: []string{"h2"}}, "no application protocol"},
		"HTTP/2 or HTTP/1.1":            {&tls.Config{RootCAs: s.roots, NextProtos: []string{"h2", "http/1.1"}}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dialer := tls.Dialer{Config: test.config}
			conn, err := dialer.DialContext(t.Context(), "tcp", s.addr)
			if err == nil {
				defer conn.Close()
				state := conn.(*tls.Conn).ConnectionState()
				if state.Version != tls.VersionTLS13 || state.NegotiatedProtocol == "h2" {
					t.Errorf("got %x %q", state.Version, state.NegotiatedProtocol)
				}
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestSlowBodyIsClosed sends one byte of a body and waits: ten seconds, with a
// second for a busy machine.
func TestSlowBodyIsClosed(t *testing.T) {
	t.Parallel()
	s := start(t, NewHandler(Options{Judge: silentJudge{}}), 0)
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.roots}}).DialContext(t.Context(), "tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	begin := time.Now()
	fmt.Fprint(conn, "POST /validate?timeout=30s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
	if err := conn.SetReadDeadline(begin.Add(readTimeout + time.Second)); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("still open after %v: %v", time.Since(begin), err)
	}
	if text := string(answer); text != "" && !strings.HasPrefix(text, "HTTP/1.1 408") {
		t.Errorf("answered %q", text)
	}
}

func TestHeaderIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, NewHandler(Options{Judge: silentJudge{}}), 0)
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.roots}}).DialContext(t.Context(), "tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		_, _ = fmt.Fprintf(conn, "POST /validate HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("x", 64<<10))
	}()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

// TestDrain holds the order of leaving: not ready at once, every answer closes
// its connection, new connections are served until the drain is over.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := start(t, NewHandler(Options{Judge: silentJudge{}}), time.Second)
	review := recorded(t, createJob)
	client := s.client(t)
	res, _, err := s.post(client, "/validate", review)
	if err != nil || res.Close || s.server.Ready() != nil {
		t.Fatalf("before: %v, %+v, %v", err, res, s.server.Ready())
	}
	s.stop()
	for s.server.Ready() == nil {
		if t.Context().Err() != nil {
			t.Fatal("ready for ever")
		}
	}
	for i := range 2 { // the idle connection, then a new one
		res, _, err := s.post(client, "/validate", review)
		if err != nil || !res.Close || res.StatusCode != http.StatusOK {
			t.Fatalf("request %d while draining: %v, %+v", i, err, res)
		}
	}
	if err := <-s.ended; err != nil {
		t.Error(err)
	}
	s.ended <- nil // for the cleanup
	if _, _, err := s.post(client, "/validate", review); err == nil {
		t.Error("answered after the drain")
	}
}

// TestReviewBehindStalledBodies: clients that announce much, send some of it and stall
// hold nothing that others need.
func TestReviewBehindStalledBodies(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string]int{"after a byte": 1, "after a small body": 2 * smallBody, "after a large body": 2 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			metrics := NewMetrics()
			s := start(t, NewHandler(Options{Judge: silentJudge{}, Metrics: metrics}), 0)
			for range 4 * roomBytes / bodyCap {
				conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.roots}}).DialContext(t.Context(), "tcp", s.addr)
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				go func() { // who has no room is not read from
					fmt.Fprintf(conn, "POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", bodyCap)
					_, _ = conn.Write(bytes.Repeat([]byte("{"), sent))
				}()
			}
			padded := edit(t, recorded(t, createJob), func(_, r map[string]any) { r["zzz"] = strings.Repeat("x", 8<<20) })
			for range 3 {
				res, text, err := s.post(s.client(t), "/validate?timeout=10s", padded)
				if err != nil || res.StatusCode != http.StatusOK {
					t.Fatalf("%v, %+v, %s", err, res, text)
				}
			}
		})
	}
}

// TestASlowBodyMakesRoomForOthers and says so to its sender.
func TestASlowBodyMakesRoomForOthers(t *testing.T) {
	t.Parallel()
	metrics := NewMetrics()
	s := start(t, NewHandler(Options{Judge: silentJudge{}, Metrics: metrics}), 0)
	var slow []*tls.Conn
	for range roomBytes / bodyCap {
		conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.roots}}).DialContext(t.Context(), "tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /validate?timeout=30s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", bodyCap-1)
		if _, err := conn.Write(bytes.Repeat([]byte("{"), 2*smallBody)); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, conn.(*tls.Conn))
	}
	padded := edit(t, recorded(t, createJob), func(_, r map[string]any) { r["zzz"] = strings.Repeat("x", 8<<20) })
	for testutil.ToFloat64(metrics.shed.WithLabelValues("slow")) == 0 { // whoever comes first has no need of their room
		res, text, err := s.post(s.client(t), "/validate?timeout=10s", padded)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%v, %+v, %s", err, res, text)
		}
	}
	told := 0
	for _, conn := range slow {
		if err := conn.SetReadDeadline(time.Now().Add(readTimeout + time.Second)); err != nil {
			t.Fatal(err)
		}
		answer, _ := io.ReadAll(conn)
		if text := string(answer); strings.HasPrefix(text, "HTTP/1.1 503") && strings.Contains(text, "more slowly") {
			told++
		}
	}
	if told == 0 {
		t.Error("nobody was told")
	}
}

func TestIntakeGivesBackWhatItTook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in := newIntake()
		sizes := []int{0, 1, 16 << 10, 16<<10 + 1, smallBody, smallBody + 1, largeBody, largeBody + 1, 7 << 20, bodyCap, bodyCap + 1}
		for _, size := range sizes {
			for _, announced := range []int64{int64(size), -1} {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(make([]byte, size)))
				if err != nil {
					t.Fatal(err)
				}
				req.ContentLength = announced
				b, err := in.read(t.Context(), req, func() {})
				if err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
				if b.over != (size > bodyCap) || !b.over && len(b.bytes) != size {
					t.Errorf("%d bytes: read %d, over %v", size, len(b.bytes), b.over)
				}
				if err := b.judge(t.Context(), int64(size)*bytesPerOne); err != nil {
					t.Error(err)
				}
				b.release()
			}
		}
		if in.inFlight.Load() != 0 || in.room.used() != 0 || in.room.free != roomBytes || in.expected() != 0 || !in.large.TryAcquire(largeSlots) || !in.judging.TryAcquire(judgeBytes) {
			t.Error("something was kept")
		}
	})
}

func TestOverloadIsShed(t *testing.T) {
	t.Parallel()
	in := newIntake()
	in.inFlight.Store(maxInFlight)
	h := &handler{Options: Options{Judge: silentJudge{}, Metrics: NewMetrics(), Log: discard(), Now: time.Now}, path: validating, intake: in, running: newRunning()}
	if w := call(h, "/validate", recorded(t, createJob)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d with too many in flight", w.Code)
	}
	in.inFlight.Store(0)
	if err := in.room.take(t.Context(), &body{from: in, arrived: true}, roomBytes); err != nil {
		t.Fatal(err)
	}
	padded := edit(t, recorded(t, createJob), func(_, r map[string]any) { r["zzz"] = strings.Repeat("x", 2<<20) })
	if w := call(h, "/validate?timeout=300ms", padded); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d without room for a large body", w.Code)
	}
	if w := call(h, "/validate", recorded(t, createJob)); w.Code != http.StatusOK {
		t.Errorf("status %d for a small body beside it", w.Code)
	}
}
