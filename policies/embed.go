// Package policies holds the bundled rules, what they share, and the presets.
package policies

import "embed"

// FS holds rules/<name>/<name>.rego, lib/ and presets/<name>.yaml.
//
//go:embed rules lib presets
var FS embed.FS
