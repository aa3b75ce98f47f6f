package certs

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Files is a certificate in a directory that somebody else keeps current. It
// says nothing to the API server; whoever writes the files sees to the caBundle.
type Files struct {
	*serving
	dir string
	ask func(context.Context) error // the API server for its time; nil without one

	// What follows is owned by Run.
	failed bool // the last reading
	asked  time.Duration
}

// askEvery is how often; a clock that is not changed goes wrong much slower.
const askEvery = time.Minute

// NewFiles reads tls.crt and tls.key of dir, and ca.crt where it is there. A
// directory without them is waited for, since whoever fills it may come later.
// Options.Config is optional: with it, time is the API server's.
func NewFiles(dir string, o Options) (*Files, error) {
	f := &Files{serving: newServing(o.withDefaults()), dir: dir}
	found, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !found.IsDir() {
		return nil, fmt.Errorf("%s: is not a directory; expected one with %s and %s", dir, fileCert, fileKey)
	}
	if o.Config != nil {
		if f.ask, err = f.asker(o.Config); err != nil {
			return nil, err
		}
	}
	if p, err := readPair(dir); err == nil {
		f.serve(p.served(p.ca))
	} else {
		f.problem(ReasonFilesUnusable, fmt.Errorf("%w; waiting for them", err))
		f.failed = true
	}
	return f, nil
}

// Run reads the files again and again until ctx ends.
func (f *Files) Run(ctx context.Context) error {
	repeat(ctx, nil, func(ctx context.Context) error {
		if f.ask != nil && (f.asked == 0 || f.elapsed()-f.asked > askEvery) {
			f.asked = f.elapsed()
			f.problem(ReasonCallFailed, f.ask(ctx))
		}
		return f.round()
	})
	return nil
}

// round serves what is in the files. What was good stays while they are not:
// half-written, of two different writes, or not valid now.
func (f *Files) round() error {
	defer f.tellTime()
	p, err := readPair(f.dir)
	if err == nil && f.valid() == nil {
		if invalid := validNow(p.leaf(), f.now()); invalid != nil {
			err = fmt.Errorf("%s: %s: %w", f.dir, fileCert, invalid)
		}
	}
	if err != nil {
		if f.failed { // once is how a write looks while it happens
			consequence := "what was good before is served on"
			if f.current.Load() == nil {
				consequence = "waiting for them"
			}
			f.problem(ReasonFilesUnusable, fmt.Errorf("%w; %s", err, consequence))
		}
		f.failed = true
		return err
	}
	f.failed = false
	f.problem(ReasonFilesUnusable, nil)
	f.serve(p.served(p.ca))
	return nil
}
