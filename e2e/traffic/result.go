package traffic

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Class is what was bad about an answer.
type Class string

// The classes.
const (
	Wrong    Class = "wrong"    // another decision than the right one
	Failed   Class = "failed"   // no decision
	Unfilled Class = "unfilled" // wrong because the mutating webhook could not be called and its failure policy is Ignore
)

// Bad is a request that did not get its right answer.
type Bad struct {
	Class   Class
	Request string
	Sent    time.Time
	Took    time.Duration
	Got     string // only of the first ones
	id      string
}

// Counts are numbers of requests by what became of them.
type Counts struct{ OK, Wrong, Failed, Unfilled int }

// Answered is the number of all.
func (c Counts) Answered() int { return c.OK + c.Wrong + c.Failed + c.Unfilled }

// Bad is the number of those that did not get their right answer.
func (c Counts) Bad() int { return c.Wrong + c.Failed + c.Unfilled }

func (c *Counts) add(class Class, n int) {
	switch class {
	case Wrong:
		c.Wrong += n
	case Failed:
		c.Failed += n
	case Unfilled:
		c.Unfilled += n
	}
}

// Result is what became of the requests of a load.
type Result struct {
	Counts
	Began         time.Time
	Seconds       []Counts      // by the second in which they were sent
	Bad           []Bad         // all of them, by the time at which they were sent
	P50, P99, Max time.Duration // from the sending to the answer
	Behind        time.Duration // the most by which a request was sent later than it was due
}

// Clean is nil when every answer was right, and otherwise says what was not.
func (r Result) Clean() error {
	if r.Answered() == 0 {
		return fmt.Errorf("no request was answered")
	}
	return r.CleanAfter(r.Began)
}

// CleanAfter is Clean for the requests that were sent at or after a time.
func (r Result) CleanAfter(t time.Time) error {
	var bad []string
	count := 0
	for _, each := range r.Bad {
		if each.Sent.Before(t) {
			continue
		}
		if count++; count <= maxShown {
			bad = append(bad, fmt.Sprintf("%s at %.2fs after %s: %s: %s", each.Class, each.Sent.Sub(r.Began).Seconds(),
				each.Took.Round(time.Millisecond), each.Request, each.Got))
		}
	}
	if count == 0 {
		return nil
	}
	return fmt.Errorf("%s; %d bad answers at or after %.2fs, the first of them:\n%s", r, count, t.Sub(r.Began).Seconds(),
		strings.Join(bad, "\n"))
}

// cutLinger is how long after a cut a request may still meet a connection that was cut.
const cutLinger = 50 * time.Millisecond

// WithoutCut leaves out the requests that were in flight when connections were cut, except for those that were decided
// wrongly: who cuts a connection, and not the gate, has failed them.
func (r Result) WithoutCut(cuts []time.Time) Result {
	var bad []Bad
	for _, each := range r.Bad {
		excused := false
		for _, cut := range cuts {
			excused = excused || each.Sent.Before(cut.Add(cutLinger)) && each.Sent.Add(each.Took).After(cut)
		}
		if excused && each.Class != Wrong {
			r.add(each.Class, -1)
			continue
		}
		bad = append(bad, each)
	}
	r.Bad = bad
	return r
}

// Last is when the last request was sent that did not get its right answer, zero when all did.
func (r Result) Last() time.Time {
	if len(r.Bad) == 0 {
		return time.Time{}
	}
	return r.Bad[len(r.Bad)-1].Sent
}

func (r Result) String() string {
	return fmt.Sprintf("%d answers: %d right, %d wrong, %d failed, %d unfilled; p50 %s, p99 %s, max %s; sent %s late at most",
		r.Answered(), r.OK, r.Wrong, r.Failed, r.Unfilled, r.P50.Round(100*time.Microsecond), r.P99.Round(100*time.Microsecond),
		r.Max.Round(time.Millisecond), r.Behind.Round(time.Millisecond))
}

const (
	maxShown = 5   // of the bad answers in an error
	maxKept  = 100 // of their texts
)

// reclassify tells what failed open from what was decided wrongly.
func (r *Result) reclassify(open map[string]bool) {
	for i := range r.Bad {
		each := &r.Bad[i]
		if each.Class != Wrong || !open[each.id] {
			continue
		}
		each.Class = Unfilled
		for _, counts := range []*Counts{&r.Counts, &r.Seconds[int(each.Sent.Sub(r.Began)/time.Second)]} {
			counts.add(Wrong, -1)
			counts.add(Unfilled, 1)
		}
	}
}

// tally counts while requests are answered.
type tally struct {
	mu      sync.Mutex
	began   time.Time
	total   Counts
	seconds []Counts
	list    []Bad
	took    []time.Duration
	late    time.Duration
}

func (t *tally) ok(sent time.Time, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total.OK++
	t.second(sent).OK++
	t.took = append(t.took, took)
}

func (t *tally) bad(b Bad) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total.add(b.Class, 1)
	t.second(b.Sent).add(b.Class, 1)
	t.took = append(t.took, b.Took)
	if len(t.list) >= maxKept {
		b.Got = ""
	}
	t.list = append(t.list, b)
}

func (t *tally) second(sent time.Time) *Counts {
	for i := int(sent.Sub(t.began) / time.Second); len(t.seconds) <= i; {
		t.seconds = append(t.seconds, Counts{})
	}
	return &t.seconds[int(sent.Sub(t.began)/time.Second)]
}

func (t *tally) behind(by time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.late = max(t.late, by)
}

func (t *tally) counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

func (t *tally) result() Result {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := Result{Counts: t.total, Began: t.began, Seconds: t.seconds, Bad: t.list, Behind: t.late}
	slices.SortFunc(r.Bad, func(a, b Bad) int { return a.Sent.Compare(b.Sent) })
	slices.Sort(t.took)
	if n := len(t.took); n > 0 {
		r.P50, r.P99, r.Max = t.took[n/2], t.took[n*99/100], t.took[n-1]
	}
	return r
}
