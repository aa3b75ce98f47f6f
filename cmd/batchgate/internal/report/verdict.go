package report

import "strings"

// FailOn is what makes a check fail besides what cannot be judged. Each includes those
// before it; none is the first.
type FailOn string

// What a check may fail on.
const (
	OnRefused FailOn = "refused"
	OnWarn    FailOn = "warn"
	OnChange  FailOn = "change"
)

// Counts tells whether something counts that is less than a refusal.
func (f FailOn) Counts(what FailOn) bool {
	return f == what || f == OnChange && what == OnWarn
}

// Fails tells whether something was found on which the check fails. Each format says
// what this says, and so does the exit status.
func (s Summary) Fails(on FailOn) bool {
	return s.NewRefused > 0 || on.Counts(OnWarn) && s.NewWarned > 0 || on.Counts(OnChange) && s.Changed > 0
}

// Good tells whether the check succeeds.
func (s Summary) Good(h Head) bool { return s.Errors == 0 && !s.Fails(h.FailOn) }

// Verdict says in a few words why the check fails, or that nothing is refused.
func (s Summary) Verdict(h Head) string {
	var parts []string
	known := s.Known > 0
	switch {
	case s.NewRefused > 0 && known:
		parts = append(parts, count(s.NewRefused, "object")+" newly refused")
	case s.NewRefused > 0:
		parts = append(parts, count(s.NewRefused, "object")+" refused")
	}
	if h.FailOn.Counts(OnWarn) && s.NewWarned > 0 {
		what := " with warnings"
		if known {
			what = " with new warnings"
		}
		parts = append(parts, count(s.NewWarned, "object")+what)
	}
	if h.FailOn.Counts(OnChange) && s.Changed > 0 {
		parts = append(parts, count(s.Changed, "object")+" filled in")
	}
	if s.Errors > 0 {
		parts = append(parts, count(s.Errors, "error"))
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case s.Refused > 0:
		return "nothing new is refused"
	}
	return "nothing is refused"
}
