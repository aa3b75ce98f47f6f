package schedule

import (
	"math/bits"
	"time"

	"github.com/robfig/cron/v3"
)

// firstDay is where looking for runs begins. It has a leap year within five
// years, which is how far the library looks.
func firstDay() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

const (
	horizon   = 5    // years, beyond which the library finds no run
	mostDays  = 1500 // that are looked at: for a schedule that seldom runs,
	mostYears = 8    // two leap years
	day       = 24 * time.Hour
	// everyOne is the bit that the library sets in a field for *, and not for */2 or 1-31.
	everyOne = 1 << 63
)

// Interval is the time between the two runs that lie closest together, by the
// clock on the wall; never is true when there is no run within five years, as on
// the 31st of February.
func (s Schedule) Interval() (shortest time.Duration, never bool) {
	spec, fields := s.on(time.UTC).(*cron.SpecSchedule)
	if !fields {
		delay, _ := s.when.(cron.ConstantDelaySchedule)
		if delay.Delay > horizon*366*day {
			return 0, true
		}
		return delay.Delay, false
	}
	run := spec.Next(firstDay().Add(-time.Second))
	if run.IsZero() {
		return 0, true
	}
	within, span := withinDay(spec)
	if within != 0 && within <= day-span {
		return within, false // the next day's first run comes no sooner
	}
	if days := daysBetween(spec, run); days != 0 {
		across := time.Duration(days)*day - span
		if within == 0 || across < within {
			return across, false
		}
	}
	return within, false
}

// withinDay is the time between the two runs of a day that lie closest together, 0
// where there is one, and that between the first and the last.
func withinDay(spec *cron.SpecSchedule) (shortest, span time.Duration) {
	first, last := -1, -1
	for hours := spec.Hour &^ everyOne; hours != 0; hours &= hours - 1 {
		for minutes := spec.Minute &^ everyOne; minutes != 0; minutes &= minutes - 1 {
			at := bits.TrailingZeros64(hours)*60 + bits.TrailingZeros64(minutes)
			if first < 0 {
				first = at
			} else if gap := time.Duration(at-last) * time.Minute; shortest == 0 || gap < shortest {
				shortest = gap
			}
			last = at
		}
	}
	return shortest, time.Duration(last-first) * time.Minute
}

// daysBetween is how far the two days with runs lie apart that are closest, 0 where
// there is only one within sight of run.
func daysBetween(spec *cron.SpecSchedule, run time.Time) int {
	shortest := 0
	if spec.Dom&spec.Month&everyOne != 0 { // every week is like the one before
		last := -1
		for weekday := range 14 {
			if spec.Dow&(1<<(weekday%7)) == 0 {
				continue
			}
			if gap := weekday - last; last >= 0 && (shortest == 0 || gap < shortest) {
				shortest = gap
			}
			last = weekday
		}
		return shortest
	}
	once := *spec
	once.Hour, once.Minute = 1<<run.Hour(), 1<<run.Minute()
	end := run.AddDate(mostYears, 0, 0)
	for range mostDays {
		next := once.Next(run)
		if next.IsZero() {
			break
		}
		if gap := int(next.Sub(run) / day); shortest == 0 || gap < shortest {
			shortest = gap
		}
		if shortest == 1 || next.After(end) {
			break
		}
		run = next
	}
	return shortest
}
