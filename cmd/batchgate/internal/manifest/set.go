package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Set is a field and the value that it is to have.
type Set struct {
	Field string // as Locate takes it, every index named
	Value json.RawMessage
}

// Edit puts a text in the place of another one in a line of a file. Lines and
// columns count from 1, and characters, not bytes.
type Edit struct {
	Line, Column int
	Length       int    // of what is replaced
	Text         string // may have several lines
}

// UnsafeError is why a document is not changed: what it says, a splice could not
// keep.
type UnsafeError struct {
	At     Place
	Reason string
}

func (e *UnsafeError) Error() string { return e.Reason }

// strangeBreak reports whether YAML sees lines where nobody else does: after NEL, LS, PS,
// and a carriage return without a newline. Places are counted in its lines.
func strangeBreak(text []byte) bool {
	for _, b := range []string{"\u0085", "\u2028", "\u2029"} {
		if bytes.Contains(text, []byte(b)) {
			return true
		}
	}
	return bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n"))
}

// Set plans the edits that give fields their values and change nothing else. The
// JSON is what the document says afterwards. The error is an *UnsafeError.
func (d *Document) Set(sets []Set) (edits []Edit, want []byte, err error) {
	value, err := decodeJSON(d.JSON)
	if err != nil {
		return nil, nil, &UnsafeError{At: d.Place, Reason: err.Error()}
	}
	if d.tree == nil {
		d.tree = grow(d.text)
	}
	if d.tree.root == nil {
		return nil, nil, &UnsafeError{At: d.Place, Reason: "it cannot be read as it is written"}
	}
	layout := d.tree.layout()
	if layout.strange {
		return nil, nil, &UnsafeError{At: d.Place, Reason: "it has line breaks of an unusual kind (U+0085, U+2028, U+2029 or a carriage return alone)"}
	}
	if layout.longest > longestLine {
		return nil, nil, &UnsafeError{At: d.Place, Reason: fmt.Sprintf("it stands in a line of more than %d KiB; spread it over several first, as jq does", longestLine>>10)}
	}
	e := &editing{doc: d, layout: layout}
	if err := e.safe(); err != nil {
		return nil, nil, err
	}
	for _, s := range sets {
		to, err := decodeJSON(s.Value)
		if err != nil {
			return nil, nil, &UnsafeError{At: d.Place, Reason: s.Field + ": " + err.Error()}
		}
		if value, err = put(value, steps(s.Field), to); err != nil {
			return nil, nil, &UnsafeError{At: d.LocateValue(s.Field), Reason: s.Field + ": " + err.Error()}
		}
	}
	for _, s := range sets {
		if err := e.set(steps(s.Field), value); err != nil {
			return nil, nil, &UnsafeError{At: d.LocateValue(s.Field), Reason: err.Error()}
		}
	}
	if want, err = json.Marshal(value); err != nil {
		return nil, nil, &UnsafeError{At: d.Place, Reason: err.Error()}
	}
	return e.edits, want, nil
}

// longestLine bounds what is spliced: each of many changes in one line would copy it.
const longestLine = 64 << 10

// decodeJSON keeps numbers as they are written.
func decodeJSON(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}

// put gives a value with one part of it replaced, or made with all that is above.
func put(value any, path []step, to any) (any, error) {
	if len(path) == 0 {
		return to, nil
	}
	if path[0].bracket && path[0].index >= 0 {
		list, ok := value.([]any)
		if !ok || path[0].index >= len(list) {
			return nil, fmt.Errorf("there is no item [%d]", path[0].index)
		}
		var err error
		list[path[0].index], err = put(list[path[0].index], path[1:], to)
		return list, err
	}
	if value == nil {
		value = map[string]any{}
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("what is above it has a value that is no object")
	}
	// A key may have dots in it that the path does not set apart.
	key := path[0].key
	for i := 1; i < min(len(path), 8); i++ {
		if _, there := object[key]; there {
			break
		}
		longer := key
		for _, s := range path[1 : i+1] {
			longer += "." + s.key
		}
		if _, there := object[longer]; there {
			key, path = longer, path[i:]
			break
		}
	}
	var err error
	object[key], err = put(object[key], path[1:], to)
	return object, err
}

// editing is the plan for one document.
type editing struct {
	*layout
	doc   *Document
	edits []Edit
	keys  map[*yaml.Node][]string
}

// safe tells what keeps a document from being spliced as a whole.
func (e *editing) safe() error {
	if twice := e.doc.Duplicates(); len(twice) > 0 {
		return &UnsafeError{At: twice[0].At, Reason: fmt.Sprintf("%s stands twice", twice[0].Field)}
	}
	if e.alias != nil {
		return &UnsafeError{At: e.doc.at(e.alias), Reason: "it has anchors or aliases, so that one line means several values"}
	}
	return nil
}

// set plans the edit for one field of what the document is to say.
func (e *editing) set(path []step, value any) error {
	node := e.doc.tree.root
	full := append(slices.Clone(e.doc.base), path...)
	inside := len(e.doc.base) // where the value begins
	var key *yaml.Node
	for i := 0; i < len(full); i++ {
		s := full[i]
		if i >= inside {
			var used int
			if value, used = below(value, full[i:]); used > 1 {
				s = step{key: joined(full[i : i+used]), index: -1}
				i += used - 1
			}
		}
		switch {
		case node.Kind == yaml.SequenceNode && s.bracket && s.index >= 0 && s.index < len(node.Content):
			node, key = node.Content[s.index], nil
		case node.Kind == yaml.MappingNode:
			k, v := entry(node, s.key, 0)
			if k == nil {
				return e.insert(node, s.key, value)
			}
			node, key = v, k
		default:
			return errors.New("what is above it has a value that is no object")
		}
		if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" && value != nil {
			return e.replace(key, node, value)
		}
	}
	return e.replace(key, node, value)
}

// below goes down by one key or item, and tells how many steps that took.
func below(value any, path []step) (any, int) {
	if path[0].bracket && path[0].index >= 0 {
		if list, ok := value.([]any); ok && path[0].index < len(list) {
			return list[path[0].index], 1
		}
		return nil, 1
	}
	object, _ := value.(map[string]any)
	key := ""
	for i := range min(len(path), 8) {
		if i > 0 {
			key += "."
		}
		key += path[i].key
		if v, ok := object[key]; ok {
			return v, i + 1
		}
	}
	return nil, 1
}

func joined(path []step) string {
	key := path[0].key
	for _, s := range path[1:] {
		key += "." + s.key
	}
	return key
}

// first tells whether a node, or a key of it, is planned for the first time: what
// is missing is inserted whole.
func (e *editing) first(node *yaml.Node, key string) bool {
	if e.keys == nil {
		e.keys = map[*yaml.Node][]string{}
	}
	if slices.Contains(e.keys[node], key) {
		return false
	}
	e.keys[node] = append(e.keys[node], key)
	return true
}

// line is the text of a node's line.
func (e *editing) line(n int) string {
	if n < 1 || n > len(e.lines) {
		return ""
	}
	return string(e.lines[n-1])
}

// add plans an edit at a place of the document.
func (e *editing) add(line, column, length int, text string) {
	e.edits = append(e.edits, Edit{Line: e.doc.line + line, Column: column, Length: length, Text: text})
}
