package webhook

import (
	"container/list"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// maxConnections are open at once: those of maxArriving bodies, and others that have
	// not sent one. A connection takes about 35 KiB.
	maxConnections = maxArriving + 512
	// connectionGrace is how long a connection may wait before it makes room for another
	// one: a handshake and a header take a few milliseconds.
	connectionGrace = time.Second
)

// Bound bounds the connections of a server. When there are as many as there may be, the
// one that has waited longest makes room for a newcomer: of those that have never had a
// request answered with success first, of the others then. One that waits has no request
// in hand; so who opens many shuts nobody out. What answers a mistake of the client (4xx)
// closes the connection. displaced counts; nil: nobody does.
//
// It is called before the server serves, and takes its Handler, ConnContext and ConnState.
func Bound(server *http.Server, most int, displaced func()) {
	if displaced == nil {
		displaced = func() {}
	}
	(&connections{most: most, grace: connectionGrace, displaced: displaced, open: map[net.Conn]*connection{}}).of(server)
}

func (c *connections) of(server *http.Server) {
	if before := server.ConnContext; before != nil {
		server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context { return c.enter(before(ctx, conn), conn) }
	} else {
		server.ConnContext = c.enter
	}
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			c.leave(conn)
		}
	}
	server.Handler = c.counted(server.Handler)
}

// connections are those of one server.
type connections struct {
	most      int
	grace     time.Duration
	displaced func()

	mu        sync.Mutex
	open      map[net.Conn]*connection
	strangers list.List // *connection that wait and never had a success, the longest first
	known     list.List // *connection that wait and had one
}

// connection is one of them. All of it is guarded by the lock of all.
type connection struct {
	conn  net.Conn
	known bool
	in    *list.List // where it waits; nil: it has a request in hand
	place *list.Element
	since time.Time // it waits
}

type connectionKey struct{}

func (c *connections) enter(ctx context.Context, conn net.Conn) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := &connection{conn: conn}
	c.open[conn] = one
	c.wait(one)
	if len(c.open) > c.most {
		c.makeRoom(one)
	}
	return context.WithValue(ctx, connectionKey{}, one)
}

// makeRoom closes one connection: the newcomer where nobody else can make room, also
// where strangers come faster than they can be told from those who mean well.
func (c *connections) makeRoom(newcomer *connection) {
	closed, waiting := newcomer, &c.strangers
	if c.strangers.Front().Value == newcomer {
		waiting = &c.known
	}
	if first := waiting.Front(); first != nil && time.Since(first.Value.(*connection).since) >= c.grace {
		closed, _ = first.Value.(*connection)
	}
	c.forget(closed)
	c.displaced()
	// Without a farewell, which a client that does not read would make last.
	conn := closed.conn
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close()
}

func (c *connections) wait(one *connection) {
	one.in = &c.strangers
	if one.known {
		one.in = &c.known
	}
	one.since = time.Now()
	one.place = one.in.PushBack(one)
}

func (one *connection) stopWaiting() {
	if one.in != nil {
		one.in.Remove(one.place)
		one.in, one.place = nil, nil
	}
}

func (c *connections) leave(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.open[conn]; one != nil {
		c.forget(one)
	}
}

func (c *connections) forget(one *connection) {
	one.stopWaiting()
	delete(c.open, one.conn)
}

// busy says that a connection has a request in hand.
func (c *connections) busy(one *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one.stopWaiting()
}

// answered says that it has none any more.
func (c *connections) answered(one *connection, success bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one.known = one.known || success
	if c.open[one.conn] == one && one.in == nil {
		c.wait(one)
	}
}

func (c *connections) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, ok := r.Context().Value(connectionKey{}).(*connection)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		c.busy(one)
		watched := &outcome{ResponseWriter: w}
		defer func() { c.answered(one, watched.success) }()
		next.ServeHTTP(watched, r)
	})
}

// outcome notices how a request is answered.
type outcome struct {
	http.ResponseWriter
	told    bool
	success bool
}

// WriteHeader is that of an http.ResponseWriter.
func (o *outcome) WriteHeader(status int) {
	o.told, o.success = true, status == http.StatusOK
	if status >= 400 && status < 500 {
		o.Header().Set("Connection", "close")
	}
	o.ResponseWriter.WriteHeader(status)
}

// Write is that of an http.ResponseWriter.
func (o *outcome) Write(p []byte) (int, error) {
	o.success = o.success || !o.told
	o.told = true
	return o.ResponseWriter.Write(p)
}

// Unwrap is for an http.ResponseController.
func (o *outcome) Unwrap() http.ResponseWriter { return o.ResponseWriter }
