package webhook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// What bodies may occupy. The API server takes requests of up to 3 MiB and
// writes `<` and control characters six times as long, so one object can be
// 18 MiB; together with the stored one of an UPDATE (1.5 MiB in etcd, 9 MiB so
// written) a review stays below bodyCap. What is larger cannot be stored by
// etcd, and is refused with its uid rather than left to failurePolicy.
const (
	smallBody = 64 << 10  // read without asking for memory; at most maxInFlight of them
	largeBody = 1 << 20   // from here on a body takes one of largeSlots
	bodyCap   = 32 << 20  // larger bodies are not kept
	drainCap  = 256 << 20 // larger bodies are not even read to their end
	prefix    = 64 << 10  // of a body over the cap: what is kept to find its uid

	maxInFlight = 256  // bodies that have arrived and are judged
	maxArriving = 2048 // bodies on their way, most of them smaller than smallBody: a stalled one is no reason to shed
	largeSlots  = 2
	mediumBytes = 32 << 20  // of all bodies between small and large
	judgeBytes  = 128 << 20 // of terms built at once, by the estimate of review.cost
	judgeFree   = 256 << 10 // a review that costs less does not ask
	bytesPerOne = 160       // measured: one member or element as a term
)

var (
	errBusy  = errors.New("too many reviews at once")
	errSpace = errors.New("no memory for this review before its deadline")
)

// intake bounds what all reviews together occupy.
type intake struct {
	arriving atomic.Int64
	inFlight atomic.Int64
	medium   *semaphore.Weighted
	large    *semaphore.Weighted
	judging  *semaphore.Weighted
	buffers  sync.Pool // *[]byte of at most smallBody
}

func newIntake() *intake {
	return &intake{
		medium:  semaphore.NewWeighted(mediumBytes),
		large:   semaphore.NewWeighted(largeSlots),
		judging: semaphore.NewWeighted(judgeBytes),
		buffers: sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }},
	}
}

// body is what was read of a request. Its bytes are valid until release.
type body struct {
	bytes []byte
	over  bool // longer than bodyCap: bytes is only how it begins

	from   *intake
	pooled *[]byte
	medium int64
	large  bool
	judged int64
	whole  bool // counted as in flight

	holders atomic.Int32 // whoever reads bytes: the handler, and an evaluation
}

// read takes the body of r into memory, asking for room as bytes arrive, so
// that a client that announces much and sends nothing holds nothing.
func (in *intake) read(ctx context.Context, r *http.Request) (*body, error) {
	defer in.arriving.Add(-1)
	if in.arriving.Add(1) > maxArriving {
		return nil, errBusy
	}
	pooled := in.buffers.Get().(*[]byte)
	b := &body{from: in, pooled: pooled, bytes: (*pooled)[:0]}
	b.holders.Store(1)
	if err := b.fill(ctx, r); err != nil {
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
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow makes room for at least one more byte. Announced lengths are believed
// only where the room has been paid for already.
func (b *body) grow(ctx context.Context, announced int64) error {
	size := int64(2 * cap(b.bytes))
	switch {
	case size > largeBody && !b.large:
		if err := b.from.large.Acquire(ctx, 1); err != nil {
			return errSpace
		}
		b.large = true
	case size > smallBody && b.medium == 0 && !b.large:
		// All that it may come to at once: bodies that each hold a part and wait
		// for more would wait for one another.
		share := int64(largeBody)
		if announced >= 0 {
			share = min(announced+1, share)
		}
		if err := b.from.medium.Acquire(ctx, share); err != nil {
			return errSpace
		}
		b.medium = share
	}
	if b.large {
		size = max(announced+1, size)
		size = min(size, bodyCap+1)
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

// judge asks for the memory that judging a review takes.
func (b *body) judge(ctx context.Context, cost int64) error {
	if cost <= judgeFree {
		return nil
	}
	cost = min(cost, judgeBytes)
	if err := b.from.judging.Acquire(ctx, cost); err != nil {
		return errSpace
	}
	b.judged = cost
	return nil
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
	}
	if b.large {
		b.from.large.Release(1)
	}
	if b.medium > 0 {
		b.from.medium.Release(b.medium)
	}
	if cap(b.bytes) <= smallBody && !b.over {
		*b.pooled = b.bytes[:0]
	}
	b.from.buffers.Put(b.pooled)
	if b.whole {
		b.from.inFlight.Add(-1)
	}
}
