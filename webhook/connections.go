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
	// strangersShare of the connections may be young strangers before others make room for
	// more of them.
	strangersShare = 4
)

// Bound bounds the connections of a server. When there are as many as there may be, the
// one that has waited longest makes room for a newcomer: of those that have never had a
// request answered with success first, of the others then. One that waits has no request
// in hand; so who opens many shuts nobody out. Where all have one, it is the one that has
// been at its request longest, if that is longer than patience; 0: never. What answers a
// mistake of the client (4xx) closes the connection. displaced counts; nil: nobody does.
//
// It is called before the server serves, and takes its Handler, ConnContext and ConnState.
func Bound(server *http.Server, most int, patience time.Duration, displaced func()) {
	if displaced == nil {
		displaced = func() {}
	}
	newConnections(most, connectionGrace, patience, displaced).of(server)
}

func newConnections(most int, grace, patience time.Duration, displaced func()) *connections {
	return &connections{most: most, grace: grace, patience: patience, displaced: displaced, open: map[net.Conn]*connection{}}
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
	grace     time.Duration // that one waits before it makes room
	patience  time.Duration // with one that has a request in hand
	displaced func()

	mu        sync.Mutex
	open      map[net.Conn]*connection
	strangers list.List // *connection that wait and never had a success, the longest first
	known     list.List // *connection that wait and had one
	working   list.List // *connection that have a request in hand
}

// connection is one of them. All of it is guarded by the lock of all.
type connection struct {
	conn  net.Conn
	known bool
	in    *list.List
	place *list.Element
	since time.Time // it is there
}

type connectionKey struct{}

func (c *connections) enter(ctx context.Context, conn net.Conn) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := &connection{conn: conn}
	c.open[conn] = one
	one.move(&c.strangers)
	if len(c.open) > c.most {
		c.makeRoom(one)
	}
	return context.WithValue(ctx, connectionKey{}, one)
}

// move puts a connection at the end of a list.
func (one *connection) move(to *list.List) {
	if one.in != nil {
		one.in.Remove(one.place)
	}
	one.in, one.since = to, time.Now()
	one.place = to.PushBack(one)
}

// first of a list that has been there for a while; nil: there is none.
func first(in *list.List, while time.Duration) *connection {
	if front := in.Front(); front != nil {
		if one, _ := front.Value.(*connection); time.Since(one.since) >= while {
			return one
		}
	}
	return nil
}

// makeRoom closes one connection: the newcomer where nobody else can make room, or where
// strangers come faster than they can be told from those who mean well.
func (c *connections) makeRoom(newcomer *connection) {
	closed := first(&c.strangers, c.grace)
	if (closed == nil || closed == newcomer) && c.strangers.Len() <= max(1, c.most/strangersShare) {
		closed = first(&c.known, c.grace)
		if closed == nil && c.patience > 0 {
			closed = first(&c.working, c.patience)
		}
	}
	if closed == nil {
		closed = newcomer
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

func (c *connections) leave(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.open[conn]; one != nil {
		c.forget(one)
	}
}

func (c *connections) forget(one *connection) {
	one.in.Remove(one.place)
	delete(c.open, one.conn)
}

// works says that a connection has a request in hand.
func (c *connections) works(one *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[one.conn] == one {
		one.move(&c.working)
	}
}

// answered says that it has none any more.
func (c *connections) answered(one *connection, success bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one.known = one.known || success
	switch {
	case c.open[one.conn] != one:
	case one.known:
		one.move(&c.known)
	default:
		one.move(&c.strangers)
	}
}

func (c *connections) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, ok := r.Context().Value(connectionKey{}).(*connection)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		c.works(one)
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
