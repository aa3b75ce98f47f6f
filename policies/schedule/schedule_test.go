package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/schedule"
)

func parse(t *testing.T, text, zone string) schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err = s.In(zone)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestIntervalIsTheTimeBetweenTheTwoClosestRuns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"* * * * *":       time.Minute,
		"*/5 * * * *":     5 * time.Minute,
		"*/7 * * * *":     4 * time.Minute, // 56 and the next hour
		"*/45 * * * *":    15 * time.Minute,
		"0 * * * *":       time.Hour,
		"15 2 * * *":      24 * time.Hour,
		"59 23,0 * * *":   time.Hour,
		"0,59 0,23 * * *": time.Minute,
		"0 0 * * 1":       7 * 24 * time.Hour,
		"0 0 1 * *":       28 * 24 * time.Hour,
		"0 0 1 * 1":       24 * time.Hour, // either of the two
		"0 0 29 2 *":      1461 * 24 * time.Hour,
		"0 0 1 1 *":       365 * 24 * time.Hour,
		"0 0 28,29 2 *":   24 * time.Hour, // in a leap year
		"*/2 0,2,4,6,8,10,12,14,16,18,20,23 * * *":                                                        2 * time.Minute,
		"0,3,6,9,12,15,18,21,24,27,30,33,36,39,42,45,48,51,54,57,59 0,2,4,6,8,10,12,14,16,18,20,23 * * *": time.Minute, // at midnight
		"@daily":                          24 * time.Hour,
		"@hourly":                         time.Hour,
		"@every 90m":                      90 * time.Minute,
		"@every 1s":                       time.Second,
		" 0 0 * * *":                      24 * time.Hour,
		"TZ=Europe/Berlin 0 0 * * *":      24 * time.Hour,
		"CRON_TZ=Europe/Berlin 0 0 1 * *": 28 * 24 * time.Hour,
		"0 9-17 * * MON-FRI":              time.Hour,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, never := parse(t, text, "").Interval()
			if got != want || never {
				t.Errorf("%v, never %v; expected %v", got, never, want)
			}
		})
	}
}

func TestNeverIsADayThatNoMonthHas(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "@every 999999h"} {
		if got, never := parse(t, text, "").Interval(); got != 0 || !never {
			t.Errorf("%s: %v, never %v", text, got, never)
		}
	}
}

func TestSummerTimeSkipsAndRepeatsRuns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, zone, skipped, repeated string }{
		{"30 2 * * *", "Europe/Berlin", "2026-03-29 02:30", "2026-10-25 02:30"},
		{"30 1 * * *", "America/New_York", "", "2026-11-01 01:30"},
		{"30 2 * * *", "America/New_York", "2026-03-08 02:30", ""},
		{"30 0 * * *", "America/Santiago", "2026-09-06 00:30", ""},
		{"30 4 * * *", "Europe/Berlin", "", ""},
		{"30 2 * * *", "Etc/UTC", "", ""},
		{"30 2 * * *", "Asia/Tokyo", "", ""},
		{"30 2 * * *", "", "", ""},
		{"30 2 * * 1-5", "Europe/Berlin", "", ""}, // the clock changes on Sundays
		{"30 2 28 * *", "Europe/Berlin", "2027-03-28 02:30", "2029-10-28 02:30"},
		{"15 2 * * *", "Australia/Lord_Howe", "2026-04-05 02:15", ""}, // it changes by half an hour, which the library steps over
		{"TZ=Europe/Berlin 30 2 * * *", "Etc/UTC", "2026-03-29 02:30", "2026-10-25 02:30"},
		{"@daily", "Europe/Berlin", "", ""},
		{"@every 1h", "Europe/Berlin", "", ""},
	} {
		t.Run(test.text+" in "+test.zone, func(t *testing.T) {
			t.Parallel()
			skipped, repeated := parse(t, test.text, test.zone).SummerTime()
			if skipped != test.skipped || repeated != test.repeated {
				t.Errorf("skipped %q, repeated %q; expected %q and %q", skipped, repeated, test.skipped, test.repeated)
			}
		})
	}
}

func TestFieldsAreWhatIsWrittenOrWhatAWordStandsFor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"*/5 1 * * MON":           {"*/5", "1", "*", "*", "MON"},
		" 0  0 * * *":             {"0", "0", "*", "*", "*"},
		"CRON_TZ=UTC 0 3 * * *":   {"0", "3", "*", "*", "*"},
		"@midnight":               {"0", "0", "*", "*", "*"},
		"@annually":               {"0", "0", "1", "1", "*"},
		"@monthly":                {"0", "0", "1", "*", "*"},
		"@weekly":                 {"0", "0", "*", "*", "0"},
		"@hourly":                 {"0", "*", "*", "*", "*"},
		"@every 5m":               nil,
		"TZ=Europe/Berlin @daily": {"0", "0", "*", "*", "*"},
	} {
		if diff := cmp.Diff(want, parse(t, text, "").Fields()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestNextIsTheFirstRunAfterAMoment(t *testing.T) {
	t.Parallel()
	after := time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct{ text, zone, want string }{
		{"0 2 * * *", "", "2026-06-02T02:00:00Z"},
		{"0 2 * * *", "Europe/Berlin", "2026-06-02T00:00:00Z"},
		{"@every 1h", "", "2026-06-01T13:00:00Z"},
	} {
		run, ok := parse(t, test.text, test.zone).Next(after)
		if got := run.UTC().Format(time.RFC3339); got != test.want || !ok {
			t.Errorf("%s in %q: %s, %v; expected %s", test.text, test.zone, got, ok, test.want)
		}
	}
	if run, ok := parse(t, "0 0 31 2 *", "").Next(after); ok {
		t.Errorf("a run on the 31st of February: %v", run)
	}
}

func TestWhatIsNoScheduleIsAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "* * * *", "60 * * * *", "0 0 * * 7", "@reboot", "TZ=0", "TZ=Nowhere/Never 0 0 * * *", "0 0 L * *"} {
		if s, err := schedule.Parse(text); err == nil {
			t.Errorf("%q is read as %v", text, s.Fields())
		}
	}
	if _, err := parse(t, "0 0 * * *", "").In("Nowhere/Never"); err != nil {
		t.Errorf("a schedule that is in a zone already: %v", err)
	}
	s, err := schedule.Parse("0 0 * * *")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.In("Nowhere/Never"); err == nil {
		t.Error("an unknown zone is no error")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"*/5 * * * *", "0 0 31 2 *", "@every 1h", "TZ=0", "TZ=Europe/Berlin 30 2 * * *", "0-59/7 1,2 ? JAN-DEC SUN"} {
		f.Add(text, "Europe/Berlin")
	}
	f.Fuzz(func(t *testing.T, text, zone string) {
		s, err := schedule.Parse(text)
		if err != nil {
			return
		}
		if s, err = s.In(zone); err != nil {
			return
		}
		interval, never := s.Interval()
		if never != (interval == 0) {
			t.Errorf("%q: interval %v, never %v", text, interval, never)
		}
		if fields := s.Fields(); s.Every() != (fields == nil) || fields != nil && len(fields) != 5 {
			t.Errorf("%q: fields %q", text, fields)
		}
		s.SummerTime()
	})
}
