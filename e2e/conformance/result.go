package conformance

import (
	"strings"
	"time"
)

// Outcome is what the suite says of a case: passed, failed, skipped, timedout and so on.
type Outcome string

// The outcomes that are told apart; every other counts as a failure.
const (
	Passed  Outcome = "passed"
	Skipped Outcome = "skipped"
	NotRun  Outcome = "not run"
)

// Result is what became of one case.
type Result struct {
	Case    string // the full name that the suite gives it
	Outcome Outcome
	Failure string // why it did not pass, in the words of the suite
	Took    time.Duration
	Asked   Asked
}

// Asked is what the gate did in the namespaces of a case.
type Asked struct {
	Reviewed int // requests about Jobs and CronJobs that it was asked about
	Filled   int // those in which it filled something in
	Refused  int // those that it refused
}

// short is the name of a case without the group that owns it and the labels after it.
func short(name string) string {
	name = strings.TrimPrefix(name, "[sig-apps] ")
	if label := strings.Index(name, " ["); label > 0 {
		name = name[:label]
	}
	return name
}
