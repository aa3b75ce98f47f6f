// Package schedule knows when a CronJob runs: how often at most, whether at
// all, and what the changes to and from summer time do to it. It reads schedules
// with the library that Kubernetes reads them with, in the machine's time zones;
// for a machine that has none it carries them along.
//
// It does not know the clock: what it says of a schedule is worked out from a
// fixed day on, and is the same on every day and in every place.
package schedule
