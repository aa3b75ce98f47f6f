// Package doctor examines an installation of batchgate and says for each trouble
// what it means and what to do.
//
// It knows what a healthy installation looks like: the shipped webhook
// configurations, ready replicas that agree on version and policy, a caBundle
// that holds the CA of what they serve, the rights that the gate needs, a request
// that really reaches it. It changes nothing, reads no Secret and stores no Job.
// Facts are gathered first, each with the error that kept it away; checks are
// functions of the facts. What could not be looked at is reported as such.
//
// It does not know flags or how a report is printed.
package doctor
