// Package live keeps the policy set in force: it loads one, watches its files,
// and puts a changed one in its place in one step.
//
// A set is in force only after all of it was read from one state of the files,
// parsed, type-checked, compiled, tried on silent objects, and tested by the tests
// and examples that lie beside its rules. A set that fails never takes the place of
// the last good one. A request is answered by the set that it began with. At the
// start there may be no good set: then there is none, and nothing is answered,
// until the files are mended.
//
// A set with Rego of its own can be tried somewhere else first, with bounds on what it
// takes; the way there is the caller's. What was not decided there, for want of time or
// memory, is tried again later and later, and at once when the files change.
//
// Files are looked at, not listened to: a look costs a few microseconds for each
// file and finds a change on every file system, also where a volume of a ConfigMap
// is exchanged below it by a symbolic link, or an editor renames a file over
// another.
//
// It knows when to load. What a set is and where it lies is known to
// policies/source, what it means to policies/engine, and who is told of an attempt
// to the caller.
package live
