// Package engine judges Jobs and CronJobs by a policy: Mutate says what the
// rules fill in, Validate what they refuse. The webhook and `batchgate check`
// call the same two methods, which is why they cannot disagree.
//
// It knows rules, bindings, gaps and findings. It does not know HTTP, files,
// clients, flags or clocks: a Request carries everything, and the same Request
// always gives the same answer.
//
// # How a gap is filled
//
// A rule states a default for a path of its views. The engine evaluates that
// head only where the path is a gap: absent, or holding an API default that
// its author did not write (package batch tells which). Every leaf of what
// the rule answers is checked again, so a default can never replace what
// somebody wrote. Two rules that want different values for one gap fill
// nothing and are named together.
//
// The patch is computed against the raw bytes of the request, so fields that
// are newer than this build survive. Before it is handed out it is applied to
// a copy, and what it writes is decoded strictly into the typed object: a bad
// patch would be a 500 for the user whatever failurePolicy says.
//
// # How an UPDATE is judged
//
// A finding on UPDATE is tolerated when the stored object, judged by the
// current policy, has one with the same rule, path (containers by name and
// role) and message, whole and not as it is shown. So what was admitted once never blocks a label change, a suspend or
// a finalizer, and every changed value is judged, also while deleting.
//
// # What lowers a mode
//
// Nothing an author can write. The CronJob controller's own Jobs are capped at
// warn, owners the policy trusts at audit; both need the request's user.
package engine
