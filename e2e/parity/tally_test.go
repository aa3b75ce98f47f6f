package parity

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/term"
)

// tally counts what the cases reached and collects what differs.
type tally struct {
	out io.Writer

	mu        sync.Mutex
	total     int
	done      int
	counts    map[string]int
	different []outcome
	said      time.Time
}

// progress is where a person who waits looks.
func progress() io.Writer {
	if testing.Verbose() || term.IsTerminal(int(os.Stderr.Fd())) {
		return os.Stderr
	}
	return io.Discard
}

func (s *tally) add(outcomes []outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done++
	for _, o := range outcomes {
		for _, feature := range o.reached() {
			s.counts[feature]++
		}
		if o.Difference != "" {
			s.different = append(s.different, o)
		}
	}
	if now := time.Now(); now.Sub(s.said) > 3*time.Second {
		s.said = now
		fmt.Fprintf(s.out, "parity: %d of %d cases, %d differences\n", s.done, s.total, len(s.different))
	}
}

func (s *tally) summary() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d cases, %d differences; reached:", s.done, len(s.different))
	for _, feature := range slices.Sorted(maps.Keys(s.counts)) {
		fmt.Fprintf(&text, "\n  %6d  %s", s.counts[feature], feature)
	}
	return text.String()
}
