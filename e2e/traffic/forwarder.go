package traffic

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"
)

// Forwarder is what kube-proxy is to a Service: each new connection goes to a random one of the backends, and connections
// outlive a change of the backends.
type Forwarder struct {
	listener net.Listener
	lag      time.Duration
	changes  chan change
	done     chan struct{}
	running  sync.WaitGroup

	mu       sync.Mutex
	backends []string
	pending  int // changes that are not in force yet
	links    map[*link]struct{}
}

// change is a set of backends that comes into force at a time.
type change struct {
	at       time.Time
	backends []string
}

// link is a connection and the one to its backend.
type link struct{ client, backend *net.TCPConn }

// NewForwarder listens on a free port of loopback. It has no backends, and takes lag to act on each change of them.
func NewForwarder(lag time.Duration) (*Forwarder, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Forwarder{
		listener: listener, lag: lag,
		changes: make(chan change, 1024), done: make(chan struct{}), links: map[*link]struct{}{},
	}
	f.running.Go(f.apply)
	f.running.Go(f.accept)
	return f, nil
}

// Port is the port of the Service.
func (f *Forwarder) Port() int { return f.listener.Addr().(*net.TCPAddr).Port }

// Set makes these addresses the backends after the lag.
func (f *Forwarder) Set(backends ...string) {
	f.mu.Lock()
	f.pending++
	f.mu.Unlock()
	select {
	case f.changes <- change{at: time.Now().Add(f.lag), backends: slices.Clone(backends)}:
	case <-f.done:
	}
}

// Settle returns when every change is in force.
func (f *Forwarder) Settle(ctx context.Context) error {
	return until(ctx, "the endpoints are in force", func() error {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.pending > 0 {
			return errNotYet
		}
		return nil
	})
}

// Cut resets every connection and says how many there were. The API server then has to connect anew.
func (f *Forwarder) Cut() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for each := range f.links {
		each.reset()
	}
	return len(f.links)
}

// Close ends the forwarder with all its connections.
func (f *Forwarder) Close() {
	close(f.done)
	f.listener.Close()
	f.Cut()
	f.running.Wait()
}

// apply brings changes into force, each at its time.
func (f *Forwarder) apply() {
	for {
		select {
		case <-f.done:
			return
		case next := <-f.changes:
			timer := time.NewTimer(time.Until(next.at))
			select {
			case <-f.done:
				timer.Stop()
				return
			case <-timer.C:
			}
			f.mu.Lock()
			f.backends = next.backends
			f.pending--
			f.mu.Unlock()
		}
	}
}

func (f *Forwarder) accept() {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return
		}
		f.running.Go(func() { f.forward(client.(*net.TCPConn)) })
	}
}

func (f *Forwarder) forward(client *net.TCPConn) {
	l := &link{client: client}
	if address := f.choose(); address != "" {
		if backend, err := net.DialTimeout("tcp", address, 5*time.Second); err == nil {
			l.backend = backend.(*net.TCPConn)
		}
	}
	if l.backend == nil || !f.keep(l) {
		l.reset()
		return
	}
	var copying sync.WaitGroup
	copying.Go(func() { l.copy(l.backend, l.client) })
	copying.Go(func() { l.copy(l.client, l.backend) })
	copying.Wait()
	f.mu.Lock()
	delete(f.links, l)
	f.mu.Unlock()
	_ = l.client.Close()
	_ = l.backend.Close()
}

// choose is a random backend, "" when there is none.
func (f *Forwarder) choose() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.backends) == 0 {
		return ""
	}
	return f.backends[rand.IntN(len(f.backends))]
}

// keep remembers a link for Cut, and is false when the forwarder has been closed meanwhile.
func (f *Forwarder) keep(l *link) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.done:
		return false
	default:
		f.links[l] = struct{}{}
		return true
	}
}

// copy hands on what one side sends, and how it ends.
func (l *link) copy(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		l.reset()
		return
	}
	_ = to.CloseWrite()
}

func (l *link) reset() {
	for _, side := range []*net.TCPConn{l.client, l.backend} {
		if side != nil {
			_ = side.SetLinger(0)
			_ = side.Close()
		}
	}
}
