// Package regotest tests a policy directory: its Rego tests, how much of the
// Rego they reach, its house rules and its examples.
//
// It is for `go test` and for whoever has a directory of rules; it reads any
// fs.FS and prints nothing. What a rule must be in order to load is the business
// of policies/catalogue; here is what a rule must be in order to be kept:
//
//   - formatted as opa fmt does it, and at most 80 lines of code
//   - tests that pass, named by what the rule does: test_denies_, test_allows_,
//     test_sets_, test_keeps_, each that applies at least once
//   - no line of a rule or of the library that no test reaches
//   - examples that hold: for a rule that refuses, one refused or warned and one
//     accepted at least; for a rule that fills in, one filled
//   - no instruction left of those that a new rule is written with
//
// # Tests
//
// A test is a rule of Rego that is called test_… and is true, in a file
// *_test.rego beside what it tests. A builtin that fails fails the test; it never
// makes an expression silently undefined.
//
// # Examples
//
// examples.txtar holds for each example a manifest and what becomes of it, judged
// by the one rule alone, through everything that lies between a client and the
// cluster's storage (policies/dryrun):
//
//	NAME/object.yaml    a Job or CronJob
//	NAME/context.yaml   optional: mode, fill, params, client, user, namespace
//	NAME/findings.txt   a line for each finding: refused, warned or audited
//	NAME/changes.txt    a line for each field that is filled in
//
// The name begins with what happens: refused-, warned-, accepted- or filled-.
package regotest
