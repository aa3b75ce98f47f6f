package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/live"
	"github.com/batchgate/batchgate/policies/source"
)

// The most that a trial takes, however much there is. A set with 200 rules of its own
// takes 130 MiB and a second and a half.
const (
	MostMemory = 1 << 30
	MostTime   = 45 * time.Second
)

// mostOutput is how much of what the process says is kept.
const mostOutput = 64 << 10

// Process is how a set is tried.
type Process struct {
	Program string        // the program that calls Serve with what follows Args
	Args    []string      // before the bounds and the set
	Memory  int64         // bytes of data
	Time    time.Duration // from start to end
}

// result is what the process says of the set, as JSON.
type result struct {
	Passed bool   `json:"passed,omitempty"`
	Moved  bool   `json:"moved,omitempty"`
	Error  string `json:"error,omitempty"`
	Again  bool   `json:"again,omitempty"` // the set may pass as it is
}

// Try starts the process and waits for it. The error is what live.Try found there, or
// says which bound the set broke.
func (p Process) Try(ctx context.Context, spec string) error {
	bounded, cancel := context.WithTimeout(ctx, p.Time)
	defer cancel()
	cmd := exec.CommandContext(bounded, p.Program, slices.Concat(p.Args, []string{strconv.FormatInt(p.Memory, 10), p.Time.String(), spec})...)
	cmd.Env = []string{
		"GOMAXPROCS=1", // beside the requests, not before them
		"GOMEMLIMIT=" + strconv.FormatInt(p.Memory/5*4, 10),
		"GOTRACEBACK=none",
	}
	cmd.WaitDelay = time.Second
	var out, errs limited
	cmd.Stdout, cmd.Stderr = &out, &errs
	hold, err := cmd.StdinPipe() // it ends with this process, and the trial with it
	if err != nil {
		return &live.Undecided{Err: fmt.Errorf("%s: could not be tried: %w", spec, err)}
	}
	defer hold.Close()
	err = cmd.Run()
	var r result
	switch said := json.Unmarshal(out.Bytes(), &r); {
	case ctx.Err() != nil:
		return ctx.Err()
	case said == nil && r.Passed:
		return nil
	case said == nil && r.Moved:
		return source.ErrMoved
	case said == nil && r.Again:
		return &live.Undecided{Err: errors.New(r.Error)}
	case said == nil && r.Error != "":
		return errors.New(r.Error)
	case bounded.Err() != nil:
		return &live.Undecided{Err: fmt.Errorf("%s: its rules and tests were not loaded within %s; expected rules that are compiled, and tests that end, in less", spec, p.Time)}
	case errs.outOfMemory():
		return &live.Undecided{Err: fmt.Errorf("%s: its rules and tests take more than %d MiB to load; expected less: look for values that double from rule to rule, and for tests that make long arrays or strings", spec, p.Memory>>20)}
	default:
		return &live.Undecided{Err: fmt.Errorf("%s: could not be tried: the process ended early (%w)%s", spec, orExited(err), errs.first())}
	}
}

func orExited(err error) error {
	if err != nil {
		return err
	}
	return errors.New("it said nothing")
}

// limited keeps how an output begins.
type limited struct{ bytes.Buffer }

// Write takes everything.
func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), max(0, mostOutput-l.Len()))])
	return len(p), nil
}

// outOfMemory reports whether Go's runtime ended the process for want of memory. It
// mostly says so; where it is refused memory for its own tables it is a segmentation
// violation, which in a program without C is no panic of the program's (that would begin
// with "panic:").
func (l *limited) outOfMemory() bool {
	text := l.String()
	return strings.Contains(text, "out of memory") || strings.Contains(text, "cannot allocate memory") || strings.Contains(text, "stack overflow") ||
		strings.HasPrefix(text, "SIGSEGV:")
}

// first is the first line as the rest of a message.
func (l *limited) first() string {
	line, _, _ := strings.Cut(l.String(), "\n")
	if line == "" {
		return ""
	}
	return ": " + line
}

// Serve is what the process does: it bounds itself, tries the set that args end with,
// and says what it found. args are the memory, the time and the set.
func Serve(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) != 3 {
		return fmt.Errorf("%d arguments, expected bytes, a time and a policy", len(args))
	}
	memory, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return err
	}
	limit, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	if err := bound(uint64(memory)); err != nil {
		return err
	}
	time.AfterFunc(limit, func() { os.Exit(1) })
	go func() {
		_, _ = io.Copy(io.Discard, in) // until the parent is gone
		os.Exit(1)
	}()
	var r result
	switch err := live.Try(ctx, args[2]); {
	case errors.Is(err, source.ErrMoved):
		r.Moved = true
	case err != nil:
		r.Error, r.Again = err.Error(), live.MayPass(err)
	default:
		r.Passed = true
	}
	return json.NewEncoder(out).Encode(r)
}
