package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// completed writes a manifest twice as YAML with sorted keys: as it is, and with the values of a patch in it. The patch was
// made for the object with the API server's defaults, so a parent that the manifest lacks is made.
func completed(manifest []byte, operations []controlplane.PatchOperation) (before, after string, err error) {
	var document any
	if err := yaml.Unmarshal(manifest, &document); err != nil {
		return "", "", err
	}
	text, err := yaml.Marshal(document)
	if err != nil {
		return "", "", err
	}
	for _, operation := range operations {
		if operation.Op != "add" && operation.Op != "replace" {
			continue // a test, or a removal of what the manifest does not have
		}
		var value any
		if err := json.Unmarshal(operation.Value, &value); err != nil {
			return "", "", fmt.Errorf("patch %s: %w", operation.Path, err)
		}
		if document, err = set(document, tokens(operation.Path), value); err != nil {
			return "", "", fmt.Errorf("patch %s: %w", operation.Path, err)
		}
	}
	result, err := yaml.Marshal(document)
	return string(text), string(result), err
}

func tokens(pointer string) []string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
	}
	return parts
}

// set puts a value at a path and returns the document with it. An object that is put where one is keeps what was written
// there.
func set(document any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return merged(document, value), nil
	}
	switch node := document.(type) {
	case []any:
		index, err := strconv.Atoi(path[0])
		if err != nil || index < 0 || index >= len(node) {
			return nil, fmt.Errorf("index %q of a list of %d", path[0], len(node))
		}
		node[index], err = set(node[index], path[1:], value)
		return node, err
	case map[string]any:
		child, err := set(node[path[0]], path[1:], value)
		node[path[0]] = child
		return node, err
	case nil:
		child, err := set(nil, path[1:], value)
		return map[string]any{path[0]: child}, err
	default:
		return nil, fmt.Errorf("%q below a %T", path[0], document)
	}
}

func merged(old, value any) any {
	from, object := value.(map[string]any)
	into, also := old.(map[string]any)
	if !object || !also {
		return value
	}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		into[key] = merged(into[key], from[key])
	}
	return into
}
