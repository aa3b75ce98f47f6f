// Package compare measures `batchgate check` beside conftest: the same six rules in Rego, the same 2,000 manifests, the same
// machine, in turns. Both have to refuse exactly the manifests that were made to be refused. conftest judges what is
// written; batchgate judges what the API server would make of it, so it does more for each.
//
// `make compare` runs the long form; the short one, without conftest, only holds the verdicts.
package compare
