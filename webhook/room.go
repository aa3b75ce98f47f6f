package webhook

import (
	"context"
	"sync"
	"time"
)

const (
	// roomGrace is how long a body may take at least before it makes room for others.
	roomGrace = 250 * time.Millisecond
	// slowest is how many bytes a second a body must come to after that. The API
	// server sends what it has at once.
	slowest = 1 << 20
	// roomLook is how often a body that waits for room looks for one that should make it.
	roomLook = 20 * time.Millisecond
)

// room is the memory of the bodies that are larger than most. A body gets room for all
// that it announces before it takes any: bodies that each held a part and waited for
// more would wait for one another. So that senders who announce much and stall keep
// nobody out, they lose their room, and their connection, to those who wait for it.
type room struct {
	mu      sync.Mutex
	free    int64
	bodies  map[*body]int64 // what each has
	changed chan struct{}   // closed when room gets free
}

func newRoom(size int64) *room {
	return &room{free: size, bodies: map[*body]int64{}, changed: make(chan struct{})}
}

// take waits until there is room for size bytes, and makes some.
func (r *room) take(ctx context.Context, b *body, size int64) error {
	for {
		changed, taken := r.try(b, size)
		if taken {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(roomLook): // somebody may have got slow
		case <-ctx.Done():
			return errSpace
		}
	}
}

func (r *room) try(b *body, size int64) (changed <-chan struct{}, taken bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if size <= r.free {
		r.free -= size
		r.bodies[b] = size
		return nil, true
	}
	for other := range r.bodies {
		if !other.arrived && other.slow() {
			other.evicted = true
			other.cut() // within the lock: its connection is not another request's yet
		}
	}
	return r.changed, false
}

// arrived ends the time in which a body can be evicted, and tells whether it was.
func (r *room) arrived(b *body) (evicted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b.arrived = true
	return b.evicted
}

func (r *room) release(b *body) {
	r.mu.Lock()
	defer r.mu.Unlock()
	size, has := r.bodies[b]
	if !has {
		return
	}
	delete(r.bodies, b)
	r.free += size
	close(r.changed)
	r.changed = make(chan struct{})
}

// used is how much is taken.
func (r *room) used() (sum int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, size := range r.bodies {
		sum += size
	}
	return sum
}
