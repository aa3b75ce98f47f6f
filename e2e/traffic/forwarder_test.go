package traffic

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// namer is a backend that answers every line with its name.
func namer(t *testing.T, name string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					if _, err := io.WriteString(conn, name+"\n"); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		serving.Wait()
	})
	return listener.Addr().String()
}

func newForwarder(t *testing.T, lag time.Duration) *Forwarder {
	t.Helper()
	f, err := NewForwarder(lag)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func dial(t *testing.T, f *Forwarder) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(f.Port()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func ask(conn net.Conn) (string, error) {
	if _, err := io.WriteString(conn, "who\n"); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return line, err
}

func settle(t *testing.T, f *Forwarder) {
	t.Helper()
	if err := f.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestNewConnectionsGoToEveryBackend(t *testing.T) {
	t.Parallel()
	a, b := namer(t, "a"), namer(t, "b")
	f := newForwarder(t, 0)
	f.Set(a, b)
	settle(t, f)
	seen := map[string]bool{}
	for len(seen) < 2 { // the chance of 64 in a row to the same is none
		name, err := ask(dial(t, f))
		if err != nil {
			t.Fatal(err)
		}
		seen[name] = true
	}
}

func TestAConnectionOutlivesItsEndpoint(t *testing.T) {
	t.Parallel()
	a, b := namer(t, "a"), namer(t, "b")
	f := newForwarder(t, 0)
	f.Set(a)
	settle(t, f)
	old := dial(t, f)
	if _, err := ask(old); err != nil {
		t.Fatal(err)
	}
	f.Set(b)
	settle(t, f)
	if name, err := ask(old); name != "a\n" || err != nil {
		t.Errorf("the old connection was answered by %q (%v), expected a", name, err)
	}
	if name, err := ask(dial(t, f)); name != "b\n" || err != nil {
		t.Errorf("a new connection was answered by %q (%v), expected b", name, err)
	}
}

func TestAChangeTakesItsTime(t *testing.T) {
	t.Parallel()
	const lag = 300 * time.Millisecond
	f := newForwarder(t, lag)
	set := time.Now()
	f.Set(namer(t, "a"))
	settle(t, f)
	if took := time.Since(set); took < lag {
		t.Errorf("in force after %s, expected %s at least", took, lag)
	}
}

func TestACutResetsEveryConnection(t *testing.T) {
	t.Parallel()
	f := newForwarder(t, 0)
	f.Set(namer(t, "a"))
	settle(t, f)
	conn := dial(t, f)
	if _, err := ask(conn); err != nil {
		t.Fatal(err)
	}
	if n := f.Cut(); n != 1 {
		t.Errorf("%d connections were cut, expected 1", n)
	}
	if _, err := ask(conn); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("the connection says %v, expected it to be reset", err)
	}
	if _, err := ask(dial(t, f)); err != nil {
		t.Errorf("a new connection says %v, expected an answer", err)
	}
}

func TestWithoutABackendAConnectionIsReset(t *testing.T) {
	t.Parallel()
	f := newForwarder(t, 0)
	conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(f.Port()))
	if err == nil { // the reset may be faster than the answer to the connection
		defer conn.Close()
		_, err = ask(conn)
	}
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("the connection says %v, expected it to be reset", err)
	}
}
