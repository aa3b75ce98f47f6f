package live

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/batchgate/batchgate/policies/source"
)

// Undecided is an error that need not be the set's: there was no process to be had that
// tries it, or no time for its tests. Such a set is tried again after a while, and so is
// one whose files could not be read.
type Undecided struct{ Err error }

func (u *Undecided) Error() string { return u.Err.Error() }

// Unwrap is what happened.
func (u *Undecided) Unwrap() error { return u.Err }

// MayPass reports whether a set that failed with an error may pass as it is.
func MayPass(err error) bool {
	var undecided *Undecided
	var unread *source.Unread
	return errors.As(err, &undecided) || errors.As(err, &unread)
}

// The first pause before undecided files are tried again, and the longest.
const (
	firstPause   = 10 * time.Second
	longestPause = 10 * time.Minute
)

// Try does with a set all that an attempt does, and forgets it: it is read, compiled,
// tried and tested. The error has a line for each problem, or is source.ErrMoved when
// the files changed meanwhile.
func Try(ctx context.Context, spec string) error {
	l, err := New(Options{Spec: spec})
	if err != nil {
		return err
	}
	_, err = l.load(ctx, source.Look(spec))
	return err
}

// passed are digests of the files that were tried last and passed, the latest first.
// Files that come back are not tried again.
type passed [][sha256.Size]byte

// trial has the files of a stamp tried elsewhere.
func (l *Live) trial(ctx context.Context, stamp source.Stamp) error {
	digest, unread := source.Digest(stamp) // what cannot be read is for the trial to explain
	if unread == nil && slices.Contains(l.passed, digest) {
		return nil
	}
	if err := l.tryWhile(ctx, stamp); err != nil {
		return err
	}
	if unread != nil || !source.Look(l.spec).Same(stamp) {
		return nil // who knows what was tried; LoadAt finds what has moved
	}
	l.passed = slices.Insert(l.passed, 0, digest)
	l.passed = l.passed[:min(len(l.passed), mostRecent)]
	return nil
}

// tryWhile gives up a trial when the files change: whoever mends a set that never ends
// need not wait for its end.
func (l *Live) tryWhile(ctx context.Context, stamp source.Stamp) error {
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for look := l.interval; ; {
			select {
			case <-limited.Done():
				return
			case <-time.After(look):
			}
			began := time.Now()
			if !source.Look(l.spec).Same(stamp) {
				cancel(source.ErrMoved)
				return
			}
			look = max(l.interval, lookShare*time.Since(began))
		}
	}()
	err := l.try(limited, l.spec)
	cancel(nil)
	<-watched
	if err != nil && errors.Is(context.Cause(limited), source.ErrMoved) {
		return source.ErrMoved
	}
	return err
}

// again is when files are tried again of which the last attempt did not find out
// whether they are right, zero where it did.
func (l *Live) again() time.Time {
	if !MayPass(l.Last().Err) {
		l.undecided = 0
		return time.Time{}
	}
	pause := min(firstPause<<min(l.undecided, 16), longestPause)
	l.undecided++
	return time.Now().Add(pause)
}
