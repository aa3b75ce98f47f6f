package schema

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed input.json
var text []byte

// Input is the JSON Schema of a rule's input.
func Input() []byte { return bytes.Clone(text) }

// node is the part of a JSON Schema that says which paths exist.
type node struct {
	Ref         string           `json:"$ref"`
	Type        string           `json:"type"`
	Properties  map[string]*node `json:"properties"`
	Items       *node            `json:"items"`
	Values      values           `json:"additionalProperties"`
	Added       bool             `json:"x-added"`
	Definitions map[string]*node `json:"definitions"`
}

// values is the schema of a map's values; nil when the object is closed.
type values struct{ *node }

// UnmarshalJSON reads false or a schema.
func (v *values) UnmarshalJSON(data []byte) error {
	if string(data) == "false" {
		return nil
	}
	v.node = &node{}
	return json.Unmarshal(data, v.node)
}

// root reads the schema on first use; it does not change afterwards.
var root = sync.OnceValue(func() *node { //nolint:gochecknoglobals // a constant that has to be parsed
	n := &node{}
	if err := json.Unmarshal(text, n); err != nil {
		panic("schema: input.json is part of the program: " + err.Error())
	}
	return n
})

// resolved is the node itself or the definition that it refers to.
func (n *node) resolved() *node {
	if name, refers := strings.CutPrefix(n.Ref, "#/definitions/"); refers {
		return root().Definitions[name]
	}
	return n
}
