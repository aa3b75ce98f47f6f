package regotest

import "time"

// Check is a kind of check.
type Check string

// The kinds of checks.
const (
	CheckLoad     Check = "load"     // what is there can be read
	CheckStyle    Check = "style"    // the house rules of one rule or library file
	CheckComplete Check = "complete" // tests and examples of everything the rule does
	CheckTest     Check = "test"     // one test in Rego
	CheckExample  Check = "example"  // one example
	CheckCoverage Check = "coverage" // what the tests reach of a file
)

// Outcome is the result of one check.
type Outcome struct {
	// Name says what was checked: "backoff-limit/test_denies_50_retries",
	// "backoff-limit/examples/refused-50-retries", "lib/quantity/coverage".
	Name string
	// Group is the rule or the library file it belongs to: "backoff-limit",
	// "lib/quantity"; empty for what belongs to none.
	Group string
	Check Check
	// Problems say what is wrong, each beginning with file and line. Further lines
	// of one begin with a tab, and with "- " for what is expected and "+ " for what
	// happens. A check without problems has passed.
	Problems []string
	// Took is how long it took; zero where that says nothing.
	Took time.Duration
	// Reached of Lines is what the tests reach of a file; zero for other checks.
	Reached, Lines int
}

// Failed are the outcomes that have problems.
func Failed(outcomes []Outcome) []Outcome {
	var failed []Outcome
	for _, o := range outcomes {
		if len(o.Problems) > 0 {
			failed = append(failed, o)
		}
	}
	return failed
}
