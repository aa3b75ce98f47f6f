package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const deepestValue = 16

// value reads any YAML value as JSON, with json.Number for numbers. Dates stay
// text. ok is false when a problem was found.
func (r *reader) value(n *yaml.Node, what string, depth int) (v any, ok bool) {
	if depth > deepestValue {
		r.problem(n, what+" is nested too deeply", fmt.Sprintf("at most %d levels are allowed", deepestValue))
		return nil, false
	}
	if !r.is(n, n.Kind, what, "a value") {
		return nil, false
	}
	switch n.Kind {
	case yaml.MappingNode:
		before := r.count()
		object := map[string]any{}
		for _, p := range r.pairs(n, what) {
			if object[p.key], ok = r.value(p.value, what+"."+clip(p.key), depth+1); !ok {
				return nil, false
			}
		}
		return object, r.count() == before
	case yaml.SequenceNode:
		array := []any{}
		inside := "an item of " + strings.TrimPrefix(what, "an item of ")
		for _, item := range r.items(n, what, longestList) {
			element, ok := r.value(item, inside, depth+1)
			if !ok {
				return nil, false
			}
			array = append(array, element)
		}
		return array, len(n.Content) <= longestList
	}
	return r.scalar(n, what)
}

func (r *reader) scalar(n *yaml.Node, what string) (any, bool) {
	switch n.ShortTag() {
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int", "!!float":
		var number any
		if err := n.Decode(&number); err == nil {
			if written, ok := numberOf(number); ok {
				return written, true
			}
		}
		r.problem(n, fmt.Sprintf("%s is %s", what, show(n)), "expected a number that 64 bits can hold")
		return nil, false
	}
	if len(n.Value) > longestText {
		r.problem(n, fmt.Sprintf("%s has %d bytes", what, len(n.Value)), fmt.Sprintf("at most %d are allowed", longestText))
		return nil, false
	}
	return n.Value, true
}

// numberOf is the one spelling of a number: 7200, whether the file says 7200,
// 7_200, 7.2e3 or 0x1C20.
func numberOf(v any) (json.Number, bool) {
	switch v := v.(type) {
	case int:
		return json.Number(strconv.Itoa(v)), true
	case int64:
		return json.Number(strconv.FormatInt(v, 10)), true
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return "", false
		}
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return json.Number(strconv.FormatInt(int64(v), 10)), true
		}
		return json.Number(strconv.FormatFloat(v, 'g', -1, 64)), true
	}
	return "", false // larger than int64
}

// normal is a JSON value with its numbers in the one spelling, as a copy. It is
// for values that come from elsewhere than a policy file: a rule's defaults.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, element := range v {
			object[key] = normal(element)
		}
		return object
	case []any:
		array := make([]any, len(v))
		for i, element := range v {
			array[i] = normal(element)
		}
		return array
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return json.Number(strconv.FormatInt(whole, 10))
		}
		if near, err := v.Float64(); err == nil {
			number, _ := numberOf(near)
			return number
		}
		return v
	case int, int64, float64:
		if number, ok := numberOf(v); ok {
			return number
		}
	}
	return v
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
