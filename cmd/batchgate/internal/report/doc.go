// Package report says what `batchgate check` found: as text for people, or as
// JSON for programs. A format gets one object after the other and keeps none,
// so that a report of a hundred thousand objects needs no more memory than one
// of ten.
//
// It does not judge, read files or decide the exit status. Whatever comes from
// a manifest is shown with its control characters escaped.
package report
