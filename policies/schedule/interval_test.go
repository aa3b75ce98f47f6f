package schedule

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// slowly is Interval of a schedule with fields, by nothing but its runs.
func slowly(s Schedule) (shortest time.Duration, never bool) {
	clock := s.on(time.UTC)
	run := clock.Next(firstDay().Add(-time.Second))
	end := run.AddDate(mostYears, 0, 0)
	never = run.IsZero()
	for range 20_000 { // days of runs every other minute, two leap years of others
		next := clock.Next(run)
		if next.IsZero() || never {
			break
		}
		if gap := next.Sub(run); shortest == 0 || gap < shortest {
			shortest = gap
		}
		if run = next; run.After(end) {
			break
		}
	}
	return shortest, never
}

func TestTheIntervalIsTheOneThatRunsShow(t *testing.T) {
	t.Parallel()
	field := func(some ...string) *rapid.Generator[string] {
		return rapid.SampledFrom(append(some, "*", "*", "?", "*/2", "*/7"))
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join([]string{
			field("0", "5,7", "59", "0-30/10").Draw(t, "minute"),
			field("0", "3,4", "23", "8-18", "22,1").Draw(t, "hour"),
			field("1", "31", "1-31", "*/1").Draw(t, "day"),
			field("2", "1-12", "6,12").Draw(t, "month"),
			field("0", "1-5", "6,0", "3", "0-6").Draw(t, "weekday"),
		}, " ")
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		wantGap, wantNever := slowly(s)
		if gap, never := s.Interval(); gap != wantGap || never != wantNever {
			t.Errorf("%s: %s %t, expected %s %t", text, gap, never, wantGap, wantNever)
		}
	})
}

func BenchmarkInterval(b *testing.B) {
	for _, text := range []string{"0 3 * * *", "*/5 * * * *", "0 3 1 * *"} {
		s, err := Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				s.Interval()
			}
		})
	}
}
