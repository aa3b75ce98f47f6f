package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// completed writes a manifest twice: as it is, and with the values of a patch in it, each in the order of its author. The
// patch was made for the object with the API server's defaults, so a parent that the manifest lacks is made.
func completed(manifest []byte, operations []controlplane.PatchOperation) (before, after string, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(manifest, &document); err != nil {
		return "", "", err
	}
	document.HeadComment = ""
	document.Content[0].HeadComment = ""
	document.Content[0].Content[0].HeadComment = ""
	if before, err = text(&document); err != nil {
		return "", "", err
	}
	for _, operation := range operations {
		if operation.Op != "add" && operation.Op != "replace" {
			continue // a test, or a removal of what the manifest does not have
		}
		var value yaml.Node
		if err := yaml.Unmarshal(operation.Value, &value); err != nil { // JSON is YAML
			return "", "", fmt.Errorf("patch %s: %w", operation.Path, err)
		}
		if err := set(document.Content[0], tokens(operation.Path), plain(value.Content[0])); err != nil {
			return "", "", fmt.Errorf("patch %s: %w", operation.Path, err)
		}
	}
	after, err = text(&document)
	return before, after, err
}

func tokens(pointer string) []string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
	}
	return parts
}

// set puts a value at a path below a node. An object that is put where one is keeps what was written there.
func set(node *yaml.Node, path []string, value *yaml.Node) error {
	if len(path) == 0 {
		merge(node, value)
		return nil
	}
	switch {
	case node.Kind == yaml.SequenceNode:
		index, err := strconv.Atoi(path[0])
		if err != nil || index < 0 || index >= len(node.Content) {
			return fmt.Errorf("index %q of a list of %d", path[0], len(node.Content))
		}
		return set(node.Content[index], path[1:], value)
	case node.Kind == yaml.MappingNode:
		return set(child(node, path[0]), path[1:], value)
	case node.Tag == "!!null":
		*node = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		return set(child(node, path[0]), path[1:], value)
	default:
		return fmt.Errorf("%q below %q", path[0], node.Value)
	}
}

// child is the value of a key, which is made when it is not there.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	return value
}

func merge(into, from *yaml.Node) {
	if into.Kind != yaml.MappingNode || from.Kind != yaml.MappingNode {
		*into = *from
		return
	}
	for i := 0; i < len(from.Content); i += 2 {
		merge(child(into, from.Content[i].Value), from.Content[i+1])
	}
}

// plain takes the braces and quotes of JSON away where YAML needs none.
func plain(node *yaml.Node) *yaml.Node {
	node.Style = 0
	for _, each := range node.Content {
		plain(each)
	}
	return node
}

func text(document *yaml.Node) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return "", err
	}
	return out.String(), encoder.Close()
}
