package catalogue

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
)

// Rule is one rule that has passed every check.
type Rule struct {
	Name        string
	Title       string   // the good state, in one line
	Description string   // why, in Markdown
	References  []string // addresses to read on
	Severity    string   // low, medium or high
	Since       string   // the version that brought it
	Params      []config.Param
	// Reads are the paths of the input that the rule looks at, without
	// parameters: "*" stands for any key, item or container.
	Reads [][]string
	// Heads are the paths it gives defaults for, each once.
	Heads []Head
	// Denies tells whether it refuses anything.
	Denies bool
	// File is where it stands, as messages name it.
	File string

	key    string      // of its module
	module *ast.Module // as it was parsed
	values Values      // those that are known
}

// Head is the path of a default: a path of the views that is ground, or one
// below the containers, each addressed by its name.
type Head struct {
	// Path is the ground path of the query that answers it: the whole path, or
	// "containers".
	Path []string
	// Container is set for a default of containers.
	Container bool
	// Rest is, for containers, the path below the name.
	Rest []string
}

// Defaults are the values of all parameters where a policy says nothing.
func (r *Rule) Defaults() map[string]any {
	values := map[string]any{}
	for _, p := range r.Params {
		values[p.Name] = p.Default
	}
	return values
}

// paramsKey is one text for equal parameters.
func paramsKey(params map[string]any) string {
	text, err := json.Marshal(params)
	if err != nil {
		panic("catalogue: parameters hold only JSON values: " + err.Error())
	}
	return string(text)
}
