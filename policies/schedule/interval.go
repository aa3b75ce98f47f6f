package schedule

import (
	"time"

	"github.com/robfig/cron/v3"
)

// firstDay is where looking for runs begins. It has a leap year within five
// years, which is how far the library looks.
func firstDay() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// Runs that are looked at: enough for any schedule that runs every other minute
// to show what it does at midnight, and for one that seldom runs, two leap years.
const (
	mostRuns  = 1500
	mostYears = 8
	horizon   = 5 // years, beyond which the library finds no run
)

// Interval is the time between the two runs that lie closest together, by the
// clock on the wall; never is true when there is no run within five years, as on
// the 31st of February.
func (s Schedule) Interval() (shortest time.Duration, never bool) {
	clock := s.on(time.UTC)
	if delay, every := s.when.(cron.ConstantDelaySchedule); every {
		if delay.Delay > horizon*366*24*time.Hour {
			return 0, true
		}
		return delay.Delay, false
	}
	run := clock.Next(firstDay().Add(-time.Second))
	if run.IsZero() {
		return 0, true
	}
	end := run.AddDate(mostYears, 0, 0)
	for range mostRuns {
		next := clock.Next(run)
		if next.IsZero() {
			break
		}
		if gap := next.Sub(run); shortest == 0 || gap < shortest {
			shortest = gap
		}
		if shortest <= time.Minute || next.After(end) {
			break
		}
		run = next
	}
	return shortest, false
}
