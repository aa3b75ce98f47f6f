package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/regotest"
)

// tested is what came of a policy directory's tests.
type tested struct {
	dir      string
	policy   engine.Identity
	began    time.Time
	took     time.Duration
	broken   error // why the policy does not load; nothing else is known then
	outcomes []regotest.Outcome
}

// testGroup is what came of one rule, or of one file of the library.
type testGroup struct {
	name            string // empty for what belongs to none
	outcomes        []regotest.Outcome
	tests, examples tally
	reached, lines  int
}

// tally counts checks of one kind.
type tally struct{ all, failed int }

func (c *tally) add(o regotest.Outcome) {
	c.all++
	if len(o.Problems) > 0 {
		c.failed++
	}
}

func (g testGroup) failed() bool { return len(regotest.Failed(g.outcomes)) > 0 }

func (g testGroup) library() bool { return strings.HasPrefix(g.name, "lib/") }

// groups are sorted by name, the library behind the rules.
func (t *tested) groups() []testGroup {
	var groups []testGroup
	for _, o := range t.outcomes {
		at := slices.IndexFunc(groups, func(g testGroup) bool { return g.name == o.Group })
		if at < 0 {
			at = len(groups)
			groups = append(groups, testGroup{name: o.Group})
		}
		g := &groups[at]
		g.outcomes = append(g.outcomes, o)
		switch o.Check {
		case regotest.CheckTest:
			g.tests.add(o)
		case regotest.CheckExample:
			g.examples.add(o)
		case regotest.CheckCoverage:
			g.reached += o.Reached
			g.lines += o.Lines
		}
	}
	slices.SortStableFunc(groups, func(a, b testGroup) int {
		if a.library() != b.library() {
			if a.library() {
				return 1
			}
			return -1
		}
		return strings.Compare(a.name, b.name)
	})
	for _, g := range groups {
		slices.SortStableFunc(g.outcomes, func(a, b regotest.Outcome) int { return rank(a.Check) - rank(b.Check) })
	}
	return groups
}

// rank puts first what an author looks at first.
func rank(check regotest.Check) int {
	return slices.Index([]regotest.Check{
		regotest.CheckLoad, regotest.CheckStyle, regotest.CheckComplete, regotest.CheckTest, regotest.CheckExample, regotest.CheckCoverage,
	}, check)
}

// summary is all of it in one line.
func (t *tested) summary() string {
	var rules, failed, reached, lines int
	var tests, examples tally
	var others []string
	for _, g := range t.groups() {
		if g.name != "" && !g.library() {
			rules++
			if g.failed() {
				failed++
			}
		} else if g.failed() {
			others = append(others, g.title()+" does not hold")
		}
		tests.all, tests.failed = tests.all+g.tests.all, tests.failed+g.tests.failed
		examples.all, examples.failed = examples.all+g.examples.all, examples.failed+g.examples.failed
		reached, lines = reached+g.reached, lines+g.lines
	}
	policy := fmt.Sprintf("; policy %s@%s", report.Escape(t.policy.Name), t.policy.Digest)
	switch {
	case len(others) > 0 && lines == 0:
		return strings.Join(others, ", ") + policy
	case rules == 0 && lines == 0:
		return "the policy loads and has no rules of its own" + policy
	}
	line := plural(rules, "rule")
	if failed > 0 {
		line += fmt.Sprintf(", %d failed", failed)
	}
	for _, other := range others {
		line += ", " + other
	}
	return fmt.Sprintf("%s: %s, %s, coverage %s%s", line, tests.of("test"), examples.of("example"), percent(reached, lines), policy)
}

// title is what a group is called.
func (g testGroup) title() string {
	if g.name == "" {
		return "what belongs to no rule"
	}
	return g.name
}

// of is "3 of 4 tests hold", or "4 tests".
func (c tally) of(what string) string {
	if c.failed == 0 {
		return plural(c.all, what)
	}
	return fmt.Sprintf("%d of %s", c.all-c.failed, plural(c.all, what))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// percent is rounded down: all is only said of all.
func percent(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%d %%", 100*part/whole)
}
