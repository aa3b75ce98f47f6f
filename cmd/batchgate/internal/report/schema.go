package report

import _ "embed"

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema of the JSON report.
func Schema() []byte { return schema }
