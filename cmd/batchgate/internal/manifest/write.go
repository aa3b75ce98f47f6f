package manifest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// block is a key with its value in the usual style, line by line.
func block(key string, value any, step int) []string {
	name := scalar(key)
	pad := strings.Repeat(" ", step)
	var lines []string
	switch v := value.(type) {
	case map[string]any:
		if len(v) == 0 {
			return []string{name + ": {}"}
		}
		lines = append(lines, name+":")
		for _, k := range slices.Sorted(maps.Keys(v)) {
			for _, line := range block(k, v[k], step) {
				lines = append(lines, pad+line)
			}
		}
	case []any:
		if len(v) == 0 {
			return []string{name + ": []"}
		}
		lines = append(lines, name+":")
		for _, item := range v {
			lines = append(lines, blockItem(item, step)...)
		}
	default:
		lines = append(lines, name+": "+scalar(value))
	}
	return lines
}

// blockItem is an item of a list.
func blockItem(item any, step int) []string {
	object, ok := item.(map[string]any)
	if !ok || len(object) == 0 {
		return []string{"- " + flow(item)}
	}
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(object)) {
		lines = append(lines, block(k, object[k], step)...)
	}
	for i := range lines {
		if i == 0 {
			lines[i] = "- " + lines[i]
		} else {
			lines[i] = "  " + lines[i]
		}
	}
	return lines
}

// scalar is a value on one line as clients read it: YAML 1.1, in which yes is a
// bool.
func scalar(value any) string {
	text, err := yaml.Marshal(value)
	if line := strings.TrimSuffix(string(text), "\n"); err == nil && !strings.Contains(line, "\n") && !strings.HasPrefix(line, "|") && !strings.HasPrefix(line, ">") {
		return line
	}
	return asText(value)
}

func asText(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // it came from JSON
	return strings.TrimSuffix(b.String(), "\n")
}

// flow is a value in braces and brackets.
func flow(value any) string {
	switch v := value.(type) {
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, flowScalar(k)+": "+flow(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return flowScalar(value)
}

func flowScalar(value any) string {
	text := scalar(value)
	if strings.ContainsAny(text, ",[]{}") && !strings.HasPrefix(text, `"`) && !strings.HasPrefix(text, `'`) {
		return asText(value)
	}
	return text
}

// inline is a value within a line of the document.
func (e *editing) inline(value any) string {
	if e.json {
		return asText(value)
	}
	return flow(value)
}

func (e *editing) flowEntry(key string, value any) string {
	switch {
	case e.json && e.spaced:
		return asText(key) + ": " + asText(value)
	case e.json:
		return asText(key) + ":" + asText(value)
	}
	return flowScalar(key) + ": " + flow(value)
}
