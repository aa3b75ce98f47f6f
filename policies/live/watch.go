package live

import (
	"context"
	"errors"
	"time"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// lookShare is how much longer than a look the pause after it is at least.
const lookShare = 100

// Run loads the set, and again whenever its files change, until ctx ends.
func (l *Live) Run(ctx context.Context) error {
	stamp := source.Look(l.spec)
	for {
		at := l.attempt(ctx, stamp)
		if ctx.Err() != nil || isPreset(l.spec) {
			<-ctx.Done() // a preset is part of the program
			return nil
		}
		if stamp = l.changed(ctx, at, l.again()); ctx.Err() != nil {
			return nil
		}
	}
}

// changed waits until the files are others than those of a stamp, or until the time
// to try them again has come, which is zero where it never does.
func (l *Live) changed(ctx context.Context, from source.Stamp, again time.Time) source.Stamp {
	for pause := l.interval; ; {
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return from
		case <-timer.C:
		}
		began := time.Now()
		now := source.Look(l.spec)
		if !now.Same(from) {
			l.undecided = 0
			return now
		}
		if !again.IsZero() && began.After(again) {
			return now
		}
		pause = max(l.interval, lookShare*time.Since(began))
	}
}

// patience is how long files may go on changing while what they say is wrong.
const patience = 5 * time.Second

// attempt loads the files of a stamp, or of a later one when they change
// meanwhile, and returns the stamp of what it loaded or gave up on.
func (l *Live) attempt(ctx context.Context, stamp source.Stamp) source.Stamp {
	began := time.Now()
	var made *engine.Engine
	var err error
	for {
		made, err = l.load(ctx, stamp)
		// What fails while somebody writes may be half of it: the rest is waited for.
		now := source.Look(l.spec)
		still := now.Same(stamp) && !errors.Is(err, source.ErrMoved)
		if err == nil || ctx.Err() != nil || still || time.Since(began) > patience {
			break
		}
		stamp = now
	}
	if ctx.Err() != nil {
		return stamp
	}
	a := Attempt{Result: Loaded, Err: err, At: began}
	switch {
	case err != nil:
		a.Result = Failed
	case made.Identity() == l.Identity():
		a.Result = Unchanged
	default:
		a.Enforced = made.Policy().Enforced()
		l.current.Store(made)
	}
	a.Identity = l.Identity()
	a.Took = time.Since(began)
	l.mu.Lock()
	l.last = a
	l.mu.Unlock()
	l.loaded(a)
	return stamp
}

// load makes an engine of the files of a stamp and holds it to everything that a
// set must pass.
func (l *Live) load(ctx context.Context, stamp source.Stamp) (*engine.Engine, error) {
	elsewhere := l.try != nil && stamp.HasRego()
	if elsewhere {
		if err := l.trial(ctx, stamp); err != nil {
			return nil, err
		}
	}
	set, err := l.loader.LoadAt(l.spec, stamp)
	if err != nil {
		return nil, err
	}
	made, advice, err := l.recent.tried(ctx, set)
	if err != nil {
		return nil, err
	}
	if stamp.HasTests() && !elsewhere {
		if err := selfTest(ctx, set.Dir); err != nil {
			return nil, err
		}
		if !source.Look(l.spec).Same(stamp) {
			return nil, source.ErrMoved
		}
	}
	for _, text := range advice {
		l.advise(text)
	}
	return made, nil
}
