package schedule

import "time"

// around is how long before and after a change of the clock runs are looked at;
// no zone changes by more.
const around = 3 * time.Hour

// SummerTime tells what the changes of the clock do to a schedule: the first run
// within five years that is skipped and the first that happens twice, as the clock
// on the wall shows them ("2026-03-29 02:30"). Empty is none.
func (s Schedule) SummerTime() (skipped, repeated string) {
	if s.Every() {
		return "", ""
	}
	location := s.location()
	for at := firstDay().In(location); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.Year() >= firstDay().Year()+horizon || skipped != "" && repeated != "" {
			return skipped, repeated
		}
		missing, twice := s.at(change)
		if skipped == "" {
			skipped = missing
		}
		if repeated == "" {
			repeated = twice
		}
		at = change
	}
}

// at compares the runs around a change of the clock with those that the clock
// on the wall would have if it did not change.
func (s Schedule) at(change time.Time) (missing, twice string) {
	const layout = "2006-01-02 15:04"
	seen := map[string]bool{}
	local := s.on(change.Location())
	for run := local.Next(change.Add(-around)); !run.IsZero() && run.Before(change.Add(around)); run = local.Next(run) {
		clock := run.Format(layout)
		if seen[clock] && twice == "" {
			twice = clock
		}
		seen[clock] = true
	}
	wall := s.on(time.UTC)
	end := onWall(change.Add(around))
	for run := wall.Next(onWall(change.Add(-around))); !run.IsZero() && run.Before(end); run = wall.Next(run) {
		if clock := run.Format(layout); !seen[clock] {
			return clock, twice
		}
	}
	return "", twice
}

// onWall is what the clock on the wall shows, as if it were UTC.
func onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
