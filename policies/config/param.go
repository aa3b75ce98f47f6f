package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"
)

// ruleCheck judges the parameters of one rule.
type ruleCheck struct {
	names    []string // sorted
	params   map[string]Param
	schemas  map[string]*jsonschema.Schema // those that were needed so far
	defaults map[string]any
}

func newRuleCheck(spec RuleSpec) *ruleCheck {
	c := &ruleCheck{params: map[string]Param{}, schemas: map[string]*jsonschema.Schema{}, defaults: map[string]any{}}
	for _, param := range spec.Params {
		c.params[param.Name] = param
		c.defaults[param.Name] = normal(param.Default)
	}
	c.names = sortedKeys(c.params)
	return c
}

// param judges one parameter of an entry.
func (c *ruleCheck) param(to *problems, entry ruleEntry, name string) {
	written := entry.params[name]
	param, ok := c.params[name]
	if !ok {
		expected := "it has no params"
		if len(c.names) > 0 {
			expected = "expected " + oneOf(c.names)
		}
		to.add(written.key, fmt.Sprintf("rule %s has no param %q", entry.rule, clip(name)), expected, Nearest(name, c.names))
		return
	}
	schema, err := c.schema(param)
	if err != nil {
		to.add(written.key, fmt.Sprintf("the JSON Schema of param %q of rule %s cannot be read: %v", name, entry.rule, err), "this is a fault of the rule", "")
		return
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(schema.Validate(entry.settings.Params[name]), &invalid) {
		return
	}
	for _, leaf := range leaves(invalid) {
		what, expected, nearest := inWords(leaf, param)
		node := nodeAt(written.value, leaf.InstanceLocation)
		if what == "" {
			what = "is " + showValue(node)
		}
		path := strings.Join(append([]string{name}, leaf.InstanceLocation...), ".")
		to.add(place{written.key.file, node.Line, node.Column},
			fmt.Sprintf("param %q of rule %s %s", clip(path), entry.rule, what), expected, nearest)
	}
}

func (c *ruleCheck) schema(param Param) (*jsonschema.Schema, error) {
	if known := c.schemas[param.Name]; known != nil {
		return known, nil
	}
	compiled, err := compileSchema(param.Schema)
	if err == nil {
		c.schemas[param.Name] = compiled
	}
	return compiled, err
}

// compileSchema reads a JSON Schema that refers to nothing outside.
func compileSchema(source []byte) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource("param.json", doc); err != nil {
		return nil, err
	}
	return compiler.Compile("param.json")
}

type noLoader struct{}

func (noLoader) Load(url string) (any, error) { return nil, fmt.Errorf("it refers to %s", url) }

// leaves are the innermost errors, which say what is really wrong.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var list []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		list = append(list, leaves(cause)...)
	}
	return list
}

// inWords says what is wrong ("" when it is the value itself), what was expected,
// and the nearest right word.
func inWords(e *jsonschema.ValidationError, param Param) (what, expected, nearest string) {
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		expected = "expected " + typesInWords(k.Want)
		if k.Got != "string" && slices.Equal(k.Want, []string{"string"}) {
			expected += ", put it in quotes"
		}
		return "", expected, ""
	case *kind.Enum:
		words := make([]string, len(k.Want))
		for i, word := range k.Want {
			words[i] = fmt.Sprint(word)
		}
		return "", "expected " + oneOf(words), Nearest(fmt.Sprint(k.Got), words)
	case *kind.Const:
		return "", fmt.Sprintf("expected %v", k.Want), ""
	case *kind.Minimum:
		return "", "expected at least " + decimal(k.Want), ""
	case *kind.Maximum:
		return "", "expected at most " + decimal(k.Want), ""
	case *kind.ExclusiveMinimum:
		return "", "expected more than " + decimal(k.Want), ""
	case *kind.ExclusiveMaximum:
		return "", "expected less than " + decimal(k.Want), ""
	case *kind.MultipleOf:
		return "", "expected a multiple of " + decimal(k.Want), ""
	case *kind.MinLength:
		return "", fmt.Sprintf("expected at least %d characters", k.Want), ""
	case *kind.MaxLength:
		return "", fmt.Sprintf("expected at most %d characters", k.Want), ""
	case *kind.Pattern:
		if amounts(k.Want) {
			return "", "expected a quantity such as 500m or 128Mi", ""
		}
		return "", "expected text that matches " + k.Want, ""
	case *kind.Format:
		return "", "expected a " + k.Want, ""
	case *kind.MinItems:
		return "has " + strconv.Itoa(k.Got) + " items", fmt.Sprintf("expected at least %d", k.Want), ""
	case *kind.MaxItems:
		return "has " + strconv.Itoa(k.Got) + " items", fmt.Sprintf("expected at most %d", k.Want), ""
	case *kind.UniqueItems:
		return "has an item twice", "expected each once", ""
	case *kind.Required:
		return "lacks " + oneOf(k.Missing), "all of them are needed", ""
	case *kind.AdditionalProperties:
		known := keysAt(param.Schema, e.InstanceLocation)
		unknown := k.Properties[0]
		return "has the unknown key " + fmt.Sprintf("%q", clip(unknown)), "expected " + oneOf(known), Nearest(unknown, known)
	}
	return "", "expected what the rule's page says", ""
}

// amounts tells whether a pattern is that of Kubernetes' quantities, which nobody
// reads as a pattern.
func amounts(pattern string) bool {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return false
	}
	for text, is := range map[string]bool{"500m": true, "128Mi": true, "1": true, "1.5G": true, "lots": false, "500 m": false, "m": false} {
		if re.MatchString(text) != is {
			return false
		}
	}
	return true
}

func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(6), "0")
}

func typesInWords(types []string) string {
	words := make([]string, len(types))
	for i, name := range types {
		words[i] = map[string]string{
			"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false",
			"array": "a list", "object": "keys and values", "null": "nothing",
		}[name]
	}
	return oneOf(words)
}

// nodeAt follows a path into a value as far as it goes.
func nodeAt(n *yaml.Node, path []string) *yaml.Node {
	for _, step := range path {
		next := (*yaml.Node)(nil)
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == step {
					next = n.Content[i+1]
				}
			}
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(step); err == nil && i < len(n.Content) {
				next = n.Content[i]
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// showValue is a value as a message repeats it.
func showValue(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return show(n)
	}
	return describe(n)
}

// keysAt are the keys that a schema knows at a path, sorted.
func keysAt(source []byte, path []string) []string {
	type node struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Items      json.RawMessage            `json:"items"`
	}
	for {
		var at node
		if json.Unmarshal(source, &at) != nil {
			return nil
		}
		if len(path) == 0 {
			return sortedKeys(at.Properties)
		}
		if source = at.Properties[path[0]]; source == nil {
			source = at.Items
		}
		path = path[1:]
	}
}
