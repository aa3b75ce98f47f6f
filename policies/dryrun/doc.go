// Package dryrun says what a cluster with the gate would do to a Job or CronJob
// that somebody creates: the one place where what the API server does
// (policies/apiserver) and what the rules say (policies/engine) are joined. The
// command line, the examples of rules and the parity test call it, so there is
// one answer to hold to the cluster's.
//
// The order is that of kube-apiserver for a create:
//
//	decode, default, admit, leave the client's evidence
//	/mutate; its patch is decoded and defaulted again
//	prepare, validate, warn
//	/validate
//	for a CronJob: the Job that its controller would create, the same way
//
// /mutate is asked a second time about what it made and must have nothing more
// to say; a policy that does not settle is an error, never a result.
//
// It knows no files, flags, clocks or clusters, and no text a person reads
// other than what the API server and the webhook would send. UPDATE is not
// judged, and no admission plug-in but the gate.
package dryrun
