package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// Options of New. Spec is required.
type Options struct {
	// Spec is what source.Load takes: a preset, a policy file or a directory.
	Spec string
	// Loaded is told of every attempt, one after the other. nil: nobody is.
	Loaded func(Attempt)
	// Advise is told what profiles make of a policy that was loaded. nil: nobody is.
	Advise func(text string)
	// Try tries a set with Rego of its own somewhere else, where it can take neither the
	// memory nor the time of this process; what it says to is Try. A set that was tried
	// there is not tested here again. nil: there is no such place.
	Try func(ctx context.Context, spec string) error
	// Interval is how long nobody looks at the files; 0 is 50 ms. It is longer
	// where a look takes long, so that looking takes less than a hundredth of a core.
	Interval time.Duration
}

// Result is what became of an attempt to load.
type Result string

// The results.
const (
	Loaded    Result = "loaded"    // another set is in force
	Failed    Result = "failed"    // the set that was in force still is
	Unchanged Result = "unchanged" // the files changed, what they say did not
)

// Attempt is one attempt to load a set.
type Attempt struct {
	Result   Result
	Identity engine.Identity // what is in force after it; zero where nothing is
	Err      error           // why it failed: a line for each problem, with file and place
	At       time.Time
	Took     time.Duration
	Enforced []string // of a set that was loaded: the rules that may refuse
}

// Live is the policy set in force. It is safe for concurrent use.
type Live struct {
	spec     string
	interval time.Duration
	loaded   func(Attempt)
	advise   func(string)
	current  atomic.Pointer[engine.Engine]
	try      func(ctx context.Context, spec string) error
	loader   source.Loader
	recent   recent
	passed   passed

	undecided int // trials of these files that came to no end

	mu   sync.Mutex
	last Attempt
}

// New prepares what Run will load. It is an error where no change of files could
// ever make the spec loadable: a name that is no preset and no path.
func New(o Options) (*Live, error) {
	if o.Interval <= 0 {
		o.Interval = 50 * time.Millisecond
	}
	if o.Loaded == nil {
		o.Loaded = func(Attempt) {}
	}
	if o.Advise == nil {
		o.Advise = func(string) {}
	}
	if !isPreset(o.Spec) && !strings.ContainsRune(o.Spec, os.PathSeparator) {
		if _, err := os.Stat(o.Spec); err != nil {
			_, err := source.Load(o.Spec)
			return nil, err
		}
	}
	return &Live{spec: o.Spec, interval: o.Interval, try: o.Try, loaded: o.Loaded, advise: o.Advise}, nil
}

func isPreset(spec string) bool { return spec == "" || slices.Contains(source.Presets(), spec) }

// Mutate is that of the set in force.
func (l *Live) Mutate(ctx context.Context, req engine.Request) (engine.Mutation, error) {
	e := l.current.Load()
	if e == nil {
		return engine.Mutation{}, engine.ErrNotLoaded
	}
	return e.Mutate(ctx, req)
}

// Validate is that of the set in force.
func (l *Live) Validate(ctx context.Context, req engine.Request) (engine.Verdict, error) {
	e := l.current.Load()
	if e == nil {
		return engine.Verdict{}, engine.ErrNotLoaded
	}
	return e.Validate(ctx, req)
}

// Identity is that of the set in force, zero where there is none.
func (l *Live) Identity() engine.Identity {
	if e := l.current.Load(); e != nil {
		return e.Identity()
	}
	return engine.Identity{}
}

// Ready is nil while a set is in force.
func (l *Live) Ready() error {
	if l.current.Load() != nil {
		return nil
	}
	if err := l.Last().Err; err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	return errors.New("policy: it is being loaded")
}

// Last is the last attempt, zero before the first.
func (l *Live) Last() Attempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}
