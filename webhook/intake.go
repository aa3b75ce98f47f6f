package webhook

import (
	"container/list"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// What bodies may occupy. The API server takes requests of up to 3 MiB and
// writes `<` and control characters six times as long, so one object can be
// 18 MiB; together with the stored one of an UPDATE (1.5 MiB in etcd, 9 MiB so
// written) a review stays below bodyCap. What is larger cannot be stored by
// etcd, and is refused with its uid rather than left to failurePolicy.
const (
	smallBody = 64 << 10  // read without asking for memory; at most maxInFlight of them
	largeBody = 1 << 20   // from here on what is announced is allocated at once
	bodyCap   = 32 << 20  // larger bodies are not kept
	drainCap  = 256 << 20 // larger bodies are not even read to their end
	prefix    = 64 << 10  // of a body over the cap: what is kept to find its uid

	maxInFlight = 256       // bodies that have arrived and are judged
	maxArriving = 1024      // bodies on their way, most of them smaller than smallBody: a stalled one makes room for others
	roomBytes   = 64 << 20  // of all bodies that are not small
	largeSlots  = 2         // large bodies that are judged: more would only be late together
	judgeBytes  = 128 << 20 // of terms built at once, by the estimate of review.cost
	judgeFree   = 256 << 10 // a review that costs less does not ask
	bytesPerOne = 160       // measured: one member or element as a term
)

var (
	errBusy  = errors.New("too many reviews at once")
	errSpace = errors.New("no memory for this review before its deadline")
	errSlow  = errors.New("the body arrived more slowly than others that waited for its memory")
)

// intake bounds what all reviews together occupy.
type intake struct {
	arriving *arrivals
	inFlight atomic.Int64
	room     *room
	large    *semaphore.Weighted
	judging  *semaphore.Weighted
	judged   atomic.Int64 // what judging has given away
	buffers  sync.Pool    // *[]byte of at most smallBody
}

func newIntake() *intake {
	return &intake{
		arriving: &arrivals{most: maxArriving},
		room:     newRoom(roomBytes),
		large:    semaphore.NewWeighted(largeSlots),
		judging:  semaphore.NewWeighted(judgeBytes),
		buffers:  sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }},
	}
}

// body is what was read of a request. Its bytes are valid until release.
type body struct {
	bytes []byte
	over  bool // longer than bodyCap: bytes is only how it begins

	from   *intake
	pooled *[]byte
	roomy  bool // has room of its own
	large  bool // has a slot
	judged int64
	whole  bool // counted as in flight

	began     time.Time
	read      atomic.Int64  // bytes
	cut       func()        // ends the reading of the body
	place     *list.Element // among the arrivals, and guarded by their lock, as displaced is
	displaced bool

	arrived bool // guarded by the room's lock, as evicted is
	evicted bool

	holders    atomic.Int32 // whoever reads bytes: the handler, and an evaluation
	evaluation atomic.Int32 // how far it is
}

// expected is how much memory the reviews of the moment are known to take.
func (in *intake) expected() int64 { return in.room.used() + in.judged.Load() }

// read takes the body of r into memory. It asks for room when more has arrived than
// a small body has, so that a client that sends nothing holds nothing. cut ends the
// reading from outside.
func (in *intake) read(ctx context.Context, r *http.Request, cut func()) (*body, error) {
	b := &body{from: in, began: time.Now(), cut: cut}
	if !in.arriving.enter(b) {
		return nil, errBusy
	}
	b.pooled = in.buffers.Get().(*[]byte)
	b.bytes = (*b.pooled)[:0]
	b.holders.Store(1)
	displaced, err := in.arrive(ctx, b, r)
	if in.room.arrived(b) || displaced {
		err = errSlow
	}
	if err != nil {
		b.release()
		return nil, err
	}
	b.whole = true
	if in.inFlight.Add(1) > maxInFlight {
		b.release()
		return nil, errBusy
	}
	return b, nil
}

// arrive fills a body, and tells whether it had to make room for another one.
func (in *intake) arrive(ctx context.Context, b *body, r *http.Request) (displaced bool, err error) {
	defer func() { displaced = in.arriving.leave(b) }()
	return false, b.fill(ctx, r)
}

func (b *body) fill(ctx context.Context, r *http.Request) error {
	if r.ContentLength > bodyCap {
		return b.drain(r.Body)
	}
	for {
		if len(b.bytes) == cap(b.bytes) {
			if len(b.bytes) > bodyCap {
				return b.drain(r.Body)
			}
			if err := b.grow(ctx, r.ContentLength); err != nil {
				return err
			}
		}
		n, err := r.Body.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		b.read.Add(int64(n))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow makes room for at least one more byte. What is announced is reserved, and
// allocated only as it arrives.
func (b *body) grow(ctx context.Context, announced int64) error {
	size := min(int64(2*cap(b.bytes)), bodyCap+1)
	if size > smallBody && !b.roomy {
		all := int64(bodyCap + 1)
		if announced >= 0 {
			all = min(max(announced+1, size), all)
		}
		if err := b.from.room.take(ctx, b, all); err != nil {
			return err
		}
		b.roomy = true
	}
	if rest := announced + 1; rest > int64(len(b.bytes)) && (rest < size || size > largeBody) {
		size = min(rest, bodyCap+1) // all of it, and the end
	}
	bigger := make([]byte, len(b.bytes), size)
	copy(bigger, b.bytes)
	b.bytes = bigger
	return nil
}

// drain keeps how the body begins and reads the rest into nothing: an answer
// before the end of the request could be lost with the connection.
func (b *body) drain(r io.Reader) error {
	b.over = true
	if b.roomy {
		b.from.room.release(b)
		b.roomy = false
	}
	keep := make([]byte, prefix)
	copied := copy(keep, b.bytes)
	b.bytes = keep[:copied]
	n, err := io.ReadFull(r, keep[copied:])
	b.bytes = keep[:copied+n]
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	_, err = io.CopyN(io.Discard, r, drainCap)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// judge asks for the memory that judging a review takes, and for a slot where it is
// large.
func (b *body) judge(ctx context.Context, cost int64) error {
	if len(b.bytes) > largeBody {
		if err := b.from.large.Acquire(ctx, 1); err != nil {
			return errSpace
		}
		b.large = true
	}
	if cost <= judgeFree {
		return nil
	}
	cost = min(cost, judgeBytes)
	if err := b.from.judging.Acquire(ctx, cost); err != nil {
		return errSpace
	}
	b.judged = cost
	b.from.judged.Add(cost)
	return nil
}

// slow reports whether a body arrives too slowly to keep others out.
func (b *body) slow() bool {
	took := time.Since(b.began)
	return took > roomGrace && float64(b.read.Load()) < slowest*took.Seconds()
}

// hold keeps the bytes for one more reader, who must release them as well.
func (b *body) hold() { b.holders.Add(1) }

// release gives back what the body takes once nobody holds it.
func (b *body) release() {
	if b.holders.Add(-1) > 0 {
		return
	}
	if b.judged > 0 {
		b.from.judging.Release(b.judged)
		b.from.judged.Add(-b.judged)
	}
	if b.large {
		b.from.large.Release(1)
	}
	if b.roomy {
		b.from.room.release(b)
	}
	if cap(b.bytes) <= smallBody && !b.over {
		*b.pooled = b.bytes[:0]
	}
	b.from.buffers.Put(b.pooled)
	if b.whole {
		b.from.inFlight.Add(-1)
	}
}
