// Package report says what `batchgate check` found: as text for people, as JSON with
// its schema for programs, and in the formats of the places where people look: code
// scanning, test reports, annotations, comments, a page. Those that begin with what
// is known last keep what they will say; text, JSON, SARIF and GitLab's entries go out
// object by object, so that a report of a hundred thousand objects needs no more
// memory than one of ten.
//
// It does not judge, read files or decide the exit status. Whatever comes from
// a manifest is shown with its control characters escaped.
package report
