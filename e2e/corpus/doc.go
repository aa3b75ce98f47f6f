// Package corpus reads manifests that people really run, with what the bundled
// policy "recommended" makes of each: ../testdata/corpus are correct workloads
// that must not be harmed, ../testdata/guide what a guide to Kubernetes Jobs
// shows and advises.
//
// A case is a txtar archive NAME.txtar: why it is there, then
//
//	context.yaml   who sends the manifest, how and where
//	object.yaml    the manifest
//	findings.txt   a line for each finding
//	fills.txt      a line for each value that is filled in
//
// What is said of the Job that an admitted CronJob makes, and not of the CronJob,
// is in a line that begins with "its Job: ".
//
// The tests here ask the dry run; those of package parity ask a cluster for the
// same lines. The package knows no rule.
package corpus
