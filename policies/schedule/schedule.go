package schedule

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // an image from scratch has none

	"github.com/robfig/cron/v3"
)

// Schedule is a CronJob's spec.schedule.
type Schedule struct {
	text string // without a time zone in front
	when cron.Schedule
}

// Parse reads a schedule as the API server and the CronJob controller do (see
// validateScheduleFormat in pkg/apis/batch/validation of Kubernetes): five fields, or a word such as
// @daily or @every 2h. A time zone in front (TZ=Europe/Berlin) is read as well:
// stored CronJobs may still have one.
func Parse(text string) (s Schedule, err error) {
	defer func() { // the parser panics on some texts, "TZ=0" among them
		if caught := recover(); caught != nil {
			s, err = Schedule{}, fmt.Errorf("invalid schedule format: %v", caught)
		}
	}()
	when, err := cron.ParseStandard(text)
	if err != nil {
		return Schedule{}, err
	}
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		_, text, _ = strings.Cut(text, " ")
	}
	return Schedule{text: strings.TrimSpace(text), when: when}, nil
}

// In is the schedule in a time zone; an empty name is UTC, and a zone in front
// of the schedule goes before it.
func (s Schedule) In(zone string) (Schedule, error) {
	spec, ok := s.when.(*cron.SpecSchedule)
	if !ok || spec.Location != time.Local {
		return s, nil
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return Schedule{}, err
	}
	moved := *spec
	moved.Location = location
	return Schedule{text: s.text, when: &moved}, nil
}

// Next is the first run after a moment; ok is false when there is none within
// five years.
func (s Schedule) Next(after time.Time) (run time.Time, ok bool) {
	run = s.when.Next(after)
	return run, !run.IsZero()
}

// location is the zone that the schedule is in.
func (s Schedule) location() *time.Location {
	if spec, ok := s.when.(*cron.SpecSchedule); ok && spec.Location != time.Local {
		return spec.Location
	}
	return time.UTC
}

// on is the schedule on the clock of a zone; its runs are those of the clock on
// the wall where the zone is UTC.
func (s Schedule) on(location *time.Location) cron.Schedule {
	spec, ok := s.when.(*cron.SpecSchedule)
	if !ok {
		return s.when
	}
	moved := *spec
	moved.Location = location
	return &moved
}

// Fields are the minute, the hour, the day of the month, the month and the day
// of the week as they are written, or what a word such as @daily stands for. @every has
// none.
func (s Schedule) Fields() []string {
	switch s.text {
	case "@yearly", "@annually":
		return []string{"0", "0", "1", "1", "*"}
	case "@monthly":
		return []string{"0", "0", "1", "*", "*"}
	case "@weekly":
		return []string{"0", "0", "*", "*", "0"}
	case "@daily", "@midnight":
		return []string{"0", "0", "*", "*", "*"}
	case "@hourly":
		return []string{"0", "*", "*", "*", "*"}
	}
	if s.Every() {
		return nil
	}
	return strings.Fields(s.text)
}

// Every reports whether the schedule is counted from the start of the
// controller instead of the clock: @every 2h.
func (s Schedule) Every() bool {
	_, ok := s.when.(cron.ConstantDelaySchedule)
	return ok
}
