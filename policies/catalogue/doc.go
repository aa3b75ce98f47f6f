// Package catalogue loads rules: it reads their Rego, refuses what a rule may
// not be, and compiles each for every set of parameters a policy gives it.
//
// It knows Rego and the shape of the input (policies/schema). It does not know
// which rules a policy binds, how a rule is evaluated, or where files are: a
// Layer is any fs.FS.
//
// # What a layer holds
//
//	rules/<name>/<name>.rego   one rule, package batchgate.rules["<name>"]
//	lib/*.rego                 what rules share, package batchgate.lib
//
// Tests (*_test.rego), examples and pages may lie beside them and are not read.
//
// # What is refused
//
// A name that is not kebab-case or differs between directory, file and package;
// missing annotations; parameters without type, default or description; anything
// public but deny and defaults; a default for a field that does not exist or
// that no rule may write; a literal field in deny that does not exist; a
// misspelt field of the input; a negated call of what may be absent, which says
// nothing there (negation.go); `with`, bare `input`, `data` outside
// data.batchgate.lib; a builtin that is not on the list (refused.go says why
// each of the others is not). Every problem is told at once, with its place.
//
// # Parameters are constants
//
// A rule reads its parameters as input.params.<name>. They are replaced by
// their values before a rule is compiled, once for each set of values, so that
// nothing is looked up while a review waits. What depends on parameters alone is
// then worked out too (fold.go). The input itself never has params.
//
// # Bounds
//
// A deadline is looked at between the calls of builtins, and memory nowhere. So what a
// compiled rule calls refuses a call that would come to too much before it is made
// (bound.go), and a literal that holds another one too often is refused (copies.go).
//
// # Guards
//
// What a compiled rule needs of its input before it can have anything to say is
// worked out as well (guard.go), so that most rules need not be asked about most
// objects.
package catalogue
