package webhook

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// opened is a connection that sends what it is told to.
type opened struct {
	net.Conn
	answers *bufio.Reader
}

func open(t *testing.T, addr string) opened {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return opened{conn, bufio.NewReader(conn)}
}

// ask sends a request and returns the status of the answer, 0 where the connection was closed.
func (o opened) ask(path string) int {
	if _, err := fmt.Fprintf(o, "GET %s HTTP/1.1\r\nHost: gate\r\n\r\n", path); err != nil {
		return 0
	}
	res, err := http.ReadResponse(o.answers, nil)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// begin sends a request whose answer begins and does not end.
func (o opened) begin(t *testing.T) {
	t.Helper()
	if _, err := fmt.Fprint(o, "GET /wait HTTP/1.1\r\nHost: gate\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := http.ReadResponse(o.answers, nil); err != nil {
		t.Fatal(err)
	}
}

// closed waits until the server has closed the connection.
func (o opened) closed(within time.Duration) bool {
	if err := o.SetReadDeadline(time.Now().Add(within)); err != nil {
		return true
	}
	_, err := o.answers.ReadByte()
	timeout, ok := errors.AsType[net.Error](err)
	return !ok || !timeout.Timeout()
}

// bounded is the address of a server with so many connections, which make room when they have waited for the grace.
func bounded(t *testing.T, most int, grace time.Duration) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = w.Write([]byte("ok\n"))
		case "/wait":
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case "/busy":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	newConnections(most, grace, time.Nanosecond, func() {}).of(server.Config)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func TestWhoOpensManyConnectionsShutsNobodyOut(t *testing.T) {
	t.Parallel()
	s := bounded(t, 4, 0)
	first := open(t, s)
	if got := first.ask("/ok"); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	strangers := make([]opened, 3)
	for i := range strangers {
		strangers[i] = open(t, s)
		if got := strangers[i].ask("/busy"); got != http.StatusServiceUnavailable {
			t.Fatalf("status %d", got)
		}
	}
	newcomer := open(t, s)
	if got := newcomer.ask("/ok"); got != http.StatusOK {
		t.Errorf("a newcomer: status %d, expected that somebody makes room", got)
	}
	if !strangers[0].closed(time.Minute) {
		t.Error("the stranger that waited longest was not closed")
	}
	if got := strangers[2].ask("/busy"); got != http.StatusServiceUnavailable {
		t.Errorf("a stranger that waited less: status %d", got)
	}
	if got := first.ask("/ok"); got != http.StatusOK {
		t.Errorf("who was answered before: status %d, expected it to be kept", got)
	}
}

func TestConnectionsThatComeFasterThanTheyCanBeToldApartAreRefused(t *testing.T) {
	t.Parallel()
	s := bounded(t, 2, time.Hour)
	first := open(t, s)
	if got := first.ask("/ok"); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	stranger := open(t, s)
	if got := open(t, s).ask("/ok"); got != 0 {
		t.Errorf("one too many: status %d, expected it to be closed", got)
	}
	if got := stranger.ask("/ok"); got != http.StatusOK {
		t.Errorf("the one before: status %d", got)
	}
	if got := first.ask("/ok"); got != http.StatusOK {
		t.Errorf("who was answered before: status %d", got)
	}
}

func TestOfThoseThatWereAnsweredTheLongestIdleMakesRoom(t *testing.T) {
	t.Parallel()
	s := bounded(t, 2, 0)
	one, two := open(t, s), open(t, s)
	for _, o := range []opened{one, two, one} {
		if got := o.ask("/ok"); got != http.StatusOK {
			t.Fatalf("status %d", got)
		}
	}
	if got := open(t, s).ask("/ok"); got != http.StatusOK {
		t.Errorf("a newcomer: status %d", got)
	}
	if !two.closed(time.Minute) {
		t.Error("the longest idle was not closed")
	}
	if got := one.ask("/ok"); got != http.StatusOK {
		t.Errorf("who asked last: status %d", got)
	}
}

func TestWhoHasARequestInHandMakesRoomLast(t *testing.T) {
	t.Parallel()
	s := bounded(t, 2, 0)
	slow, idle := open(t, s), open(t, s)
	slow.begin(t)
	if got := idle.ask("/ok"); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	next := open(t, s)
	if got := next.ask("/ok"); got != http.StatusOK {
		t.Errorf("a newcomer: status %d", got)
	}
	if !idle.closed(time.Minute) {
		t.Error("the one that was idle was not closed")
	}
	next.begin(t)
	if got := open(t, s).ask("/ok"); got != http.StatusOK {
		t.Errorf("another one: status %d", got)
	}
	if !slow.closed(time.Minute) {
		t.Error("the one that has been at its request longest was not closed")
	}
}

func TestAMistakeOfTheClientClosesItsConnection(t *testing.T) {
	t.Parallel()
	o := open(t, bounded(t, 4, 0))
	if got := o.ask("/busy"); got != http.StatusServiceUnavailable {
		t.Fatalf("status %d", got)
	}
	if got := o.ask("/elsewhere"); got != http.StatusNotFound {
		t.Fatalf("status %d, expected a connection that is kept after 503", got)
	}
	if !o.closed(time.Minute) {
		t.Error("the connection is open after 404")
	}
}
