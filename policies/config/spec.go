package config

// RuleSpec is what a policy file's check needs to know of a rule. The
// catalogue provides it, so that this package does not know Rego.
type RuleSpec struct {
	Name   string
	Params []Param // sorted by name
}

// Param is one parameter of a rule.
type Param struct {
	Name        string
	Type        string // JSON Schema type: integer, number, string, boolean, array, object
	Default     any    // JSON value, numbers as json.Number
	Description string
	Schema      []byte // the parameter's whole JSON Schema, as JSON
}
