package differential

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// write is the object as JSON, and at the rate odd not as Go writes it: keys
// that stand twice, that do not exist or are in another case, nulls, values of
// another type, numbers and quantities in spellings of their own.
func (g *grammar) write(object any) []byte {
	data, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	if g.odd == 0 {
		return data
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic(err)
	}
	var out strings.Builder
	g.value(&out, "", value)
	if g.chance(g.odd) {
		out.WriteString(pick(g, " \n\t", "x", "{}", "]", "\x00"))
	}
	return []byte(out.String())
}

func (g *grammar) value(out *strings.Builder, key string, value any) {
	if key != "" && key != "kind" && key != "apiVersion" && g.chance(g.odd/2) {
		out.WriteString(g.other(value))
		return
	}
	switch value := value.(type) {
	case map[string]any:
		g.object(out, value)
	case []any:
		out.WriteByte('[')
		for i, item := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			g.value(out, key+"[]", item)
		}
		out.WriteByte(']')
	case string:
		if amounts(key) && g.chance(g.odd*10) {
			out.WriteString(pick(g, "1", "1.5", "2e3", `"1.5"`, `".5"`, `"5."`, `"+1"`, `" 1"`, `"1 "`, `"1E"`, `"1e-3"`, `"1_0"`, `"0x1"`, `""`, `"1n"`, `"0.1m"`, `"-0"`, `"1e30"`, `"9223372036854775808"`, `"1Ki"`, `"0.5Gi"`, `"1k"`, "null", "true"))
			return
		}
		out.WriteString(text(value))
	default:
		data, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		out.Write(data)
	}
}

// other is something that stands where another value stood.
func (g *grammar) other(value any) string {
	switch value := value.(type) {
	case json.Number:
		return pick(g, "null", `"`+value.String()+`"`, value.String()+".0", value.String()+"e0", "1e3", "9007199254740993", "2147483648", "9223372036854775808", "-0", "0.5", "true", "[]", "{}", "1e400")
	case string:
		return pick(g, "null", "1", "true", "[]", `["x"]`, "{}", `"\u0000"`, `"\ud800"`, `"é\/"`, `"1"`)
	case bool:
		return pick(g, "null", `"true"`, "1", "0", `"yes"`, "[]")
	case []any:
		return pick(g, "null", "[]", "[null]", "{}", `"x"`, "[[]]", "[1]")
	case map[string]any:
		return pick(g, "null", "{}", "[]", `"x"`, `{"":null}`, "1")
	}
	return "null"
}

func (g *grammar) object(out *strings.Builder, fields map[string]any) {
	out.WriteByte('{')
	first := true
	field := func(key string, value any) {
		if !first {
			out.WriteByte(',')
		}
		first = false
		if g.chance(g.odd / 10) {
			out.WriteString(pick(g, " ", "\n", "\t"))
		}
		fmt.Fprintf(out, "%s:", text(key))
		g.value(out, key, value)
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value := fields[key]
		written := key
		if key != "" && key != "kind" && key != "apiVersion" && g.chance(g.odd/4) {
			written = pick(g, strings.ToUpper(key[:1])+key[1:], key+"s", strings.ToLower(key), " "+key, "x")
		}
		field(written, value)
		if g.chance(g.odd / 4) {
			field(key, value)
		}
		if g.chance(g.odd / 4) {
			field(pick(g, "unknown", "", "$ref", "é"), pick[any](g, nil, "x", map[string]any{"a": []any{}}, true))
		}
	}
	out.WriteByte('}')
}

// amounts tells whether values below a key are quantities.
func amounts(key string) bool {
	switch key {
	case "cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu", "sizeLimit", "divisor":
		return true
	}
	return false
}

func text(value string) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(data)
}
