// Package policies holds the bundled rules, what they share, and the presets.
package policies

import "embed"

// FS holds rules/<name>/<name>.rego, lib/ and presets/<name>.yaml.
//
//go:embed rules lib presets
var FS embed.FS

// Facts is the JSON of what a check of the bundled rules finds out, so that a start
// need not check them again. It is generated, and counts only for the rules of which it
// was made.
//
//go:embed facts.json
var Facts []byte
