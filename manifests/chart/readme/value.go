package readme

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value is one that a user may set: its path, what its comment says, and what it is when nobody sets it.
type value struct{ Path, Text, Default string }

// valuesOf are the values of a values.yaml in its order. A mapping whose keys have comments is described by them; one
// without is a value as a whole. A key that nothing describes is an error with its line.
func valuesOf(text []byte) ([]value, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New("values.yaml is empty")
	}
	return within("", document.Content[0])
}

func within(prefix string, mapping *yaml.Node) (values []value, err error) {
	var errs []error
	for i := 0; i < len(mapping.Content); i += 2 {
		key, node := mapping.Content[i], mapping.Content[i+1]
		path := prefix + key.Value
		if key.HeadComment == "" {
			errs = append(errs, fmt.Errorf("values.yaml:%d: %s has no comment; expected one above it that says what it does",
				key.Line, path))
			continue
		}
		if described(node) {
			inner, err := within(path+".", node)
			values, errs = append(values, inner...), append(errs, err)
			continue
		}
		one, err := valueOf(path, key.HeadComment, node)
		values, errs = append(values, one), append(errs, err)
	}
	return values, errors.Join(errs...)
}

func described(node *yaml.Node) bool {
	return node.Kind == yaml.MappingNode && len(node.Content) > 0 && node.Content[0].HeadComment != ""
}

func valueOf(path, comment string, node *yaml.Node) (value, error) {
	flat(node)
	text, err := yaml.Marshal(node)
	return value{Path: path, Text: sentence(comment), Default: strings.TrimSpace(string(text))}, err
}

// flat makes a value fit into one line.
func flat(node *yaml.Node) {
	node.HeadComment, node.LineComment, node.FootComment = "", "", ""
	if node.Kind != yaml.ScalarNode {
		node.Style = yaml.FlowStyle
	}
	for _, inner := range node.Content {
		flat(inner)
	}
}

// sentence is a comment without its marks. The comment at the head of the file is not about its first key.
func sentence(comment string) string {
	paragraphs := strings.Split(comment, "\n\n")
	var words []string
	for line := range strings.Lines(paragraphs[len(paragraphs)-1]) {
		words = append(words, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "#")))
	}
	return strings.ReplaceAll(strings.Join(words, " "), "|", `\|`)
}
