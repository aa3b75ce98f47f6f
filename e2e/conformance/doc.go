// Package conformance runs Kubernetes' own e2e cases for Jobs and CronJobs twice on a real control plane, without the
// gate and with it under the recommended preset, and compares what became of each.
//
// It knows how the suite is asked and how its reports are read, which cases differ because a rule is meant to refuse
// their Jobs, and which cannot run on nodes whose Pods are processes of this machine. A difference that nobody has
// explained is an error, and so is an explanation that nothing needs. For each case it reads in the audit log what the
// gate did, so that a case that never met the gate does not count as one that passed it.
//
// It does not know what any rule says. How Pods live here is the business of package life.
package conformance
