// Package schedule knows when a CronJob runs: how often at most, whether at
// all, and what the changes to and from summer time do to it. It reads schedules
// with the library that Kubernetes reads them with, and carries the time zone
// database, so that the answer does not depend on the machine.
//
// It does not know the clock: what it says of a schedule is worked out from a
// fixed day on, and is the same on every day and in every place.
package schedule
