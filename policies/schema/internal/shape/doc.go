// Package shape derives the JSON Schema of a rule's input from the Go types of
// k8s.io/api and from what the engine adds to them.
//
// It knows types only: no values, no rules, no files. What it adds has to be kept
// like the terms that policies/engine and policies/batch build.
package shape
