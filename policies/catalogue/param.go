package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/batchgate/batchgate/policies/config"
)

// paramTypes are the types a parameter may have.
func paramTypes() []string {
	return []string{"array", "boolean", "integer", "number", "object", "string"}
}

// params reads the schema of input.params: a closed object whose properties
// have a type, a default that fits and a description.
func params(definition any, at *ast.Location, to *problems) []config.Param {
	schema, ok := plainJSON(definition).(map[string]any)
	if !ok || schema["type"] != "object" {
		to.in(at, "the schema of input.params is no object", "expected type: object", "")
		return nil
	}
	known := []string{"type", "additionalProperties", "properties"}
	for _, key := range slices.Sorted(maps.Keys(schema)) {
		if !slices.Contains(known, key) {
			to.in(at, fmt.Sprintf("the schema of input.params has %q", key), "expected only "+strings.Join(known, ", "), config.Nearest(key, known))
		}
	}
	if schema["additionalProperties"] != false {
		to.in(at, "the schema of input.params is open", "expected additionalProperties: false, so that a misspelt parameter is found", "")
	}
	properties, _ := schema["properties"].(map[string]any)
	if len(properties) == 0 {
		to.in(at, "the schema of input.params has no properties", "expected one for each parameter, or no schema", "")
		return nil
	}
	var list []config.Param
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if p, ok := param(name, properties[name], at, to); ok {
			list = append(list, p)
		}
	}
	return list
}

func param(name string, definition any, at *ast.Location, to *problems) (p config.Param, ok bool) {
	if !regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`).MatchString(name) || len(name) > longestName {
		to.in(at, fmt.Sprintf("a parameter is called %q", name), "expected a name like maxSeconds", "")
		return p, false
	}
	schema, ok := definition.(map[string]any)
	if !ok {
		to.in(at, fmt.Sprintf("the schema of parameter %s is no object", name), "expected {type: …, default: …, description: …}", "")
		return p, false
	}
	kind, _ := schema["type"].(string)
	if !slices.Contains(paramTypes(), kind) {
		to.in(at, fmt.Sprintf("parameter %s has the type %q", name, kind), "expected "+strings.Join(paramTypes(), ", "), config.Nearest(kind, paramTypes()))
		return p, false
	}
	description, _ := schema["description"].(string)
	if strings.TrimSpace(description) == "" {
		to.in(at, fmt.Sprintf("parameter %s has no description", name), "expected a sentence with its unit", "")
	}
	value, given := schema["default"]
	if !given {
		to.in(at, fmt.Sprintf("parameter %s has no default", name), "expected a value that a platform can live with", "")
		return p, false
	}
	text, err := json.Marshal(schema)
	if err != nil {
		to.in(at, fmt.Sprintf("parameter %s: %s", name, err), "", "")
		return p, false
	}
	return config.Param{Name: name, Type: kind, Default: value, Description: strings.TrimSpace(description), Schema: text}, true
}

// defaultsFit judges every default by the schema of its parameter.
func (r *Rule) defaultsFit(to *problems) {
	for _, p := range r.Params {
		if err := fits(p.Schema, p.Default); err != nil {
			to.in(r.annotatedAt(), fmt.Sprintf("parameter %s: %s", p.Name, err), "", "")
		}
	}
}

// fits judges a default by the parameter's own schema.
func fits(schema []byte, value any) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource("param.json", document); err != nil {
		return errors.New("its schema cannot be read")
	}
	compiled, err := compiler.Compile("param.json")
	if err != nil {
		return fmt.Errorf("its schema cannot be read: %s", lastLine(err.Error()))
	}
	if err := compiled.Validate(value); err != nil {
		return fmt.Errorf("its default does not fit its schema: %s", lastLine(err.Error()))
	}
	return nil
}

// noLoader keeps a schema from being fetched from anywhere.
type noLoader struct{}

func (noLoader) Load(string) (any, error) {
	return nil, errors.New("a schema must stand in the rule, not elsewhere")
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimPrefix(strings.TrimSpace(lines[len(lines)-1]), "- ")
}

// plainJSON is a value as JSON holds it, numbers as json.Number.
func plainJSON(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var plain any
	if decoder.Decode(&plain) != nil {
		return nil
	}
	return plain
}
