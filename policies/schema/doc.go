// Package schema knows the shape of a rule's input (input.json): which paths
// exist, and of what type.
//
// It is for whoever loads rules: Rego is compiled against Input, and the paths
// that the compiler does not look at (what a rule writes, and the field of a
// finding) are asked for here. It does not know what an object holds, nor which
// values Kubernetes accepts. Parameters are not part of it: every rule declares
// its own.
//
// A path is a list of keys from the input down: ["job", "spec", "backoffLimit"].
// Containers are addressed by name: ["containers", "main", "image"]. Any key is
// one of a map, any number one of a list, and "*" one of either.
package schema

//go:generate go run ./internal/generate input.json
