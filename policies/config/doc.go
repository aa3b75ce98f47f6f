// Package config reads kind BatchPolicy and says how each rule is bound to a
// request: in which mode, with which parameters, filling or not, excused or not.
//
// It knows YAML, the rules' names and the JSON Schemas of their parameters
// (RuleSpec). It does not know Rego, Jobs, files or clusters.
//
// Parse reads one file and judges what can be judged without the rules. Resolve
// lays a file over its preset and checks both against the rules. Every problem is
// reported at once, with its place (Errors). The Policy that comes out is
// immutable and answers from memory.
//
// # Precedence
//
// Preset, `rules`, profile, each matching `namespaces` entry in list order (those
// of the preset first), then exceptions. Later wins key by key: mode, fill, each
// parameter; an object or a list given to a parameter replaces the earlier one
// whole. maxMode caps last. `excludeNamespaces` and `trustedOwners` replace the
// preset's list; `namespaces` and `exceptions` are added to it; profiles of one
// name are merged.
//
// # Rules that no file names
//
// `default: {mode: …, fill: …}` binds the rules that a policy does not mention,
// such as the team's own beside the policy file. Without it they are enforced.
//
// # Limits
//
// A file has at most 1 MiB, one document, 64 `namespaces` entries (together with
// its preset), 64 profiles, 1,000 exceptions, 100 trusted owners, 256 items in a
// list, texts of 1,024 bytes and parameters 16 levels deep. A rule can have at
// most 256 different sets of parameters. Of more than 100 problems the first hundred
// are told. Anchors, aliases, merge keys and tags of
// one's own are refused, so that no file is larger than it looks.
package config
