package regotest

// Outcome is the result of one check.
type Outcome struct {
	// Name says what was checked: "backoff-limit/test_denies_50_retries",
	// "backoff-limit/examples/refused-50-retries", "lib/quantity/coverage".
	Name string
	// Problems say what is wrong, each beginning with file and line. A check
	// without problems has passed.
	Problems []string
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
