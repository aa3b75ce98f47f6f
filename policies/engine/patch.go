package engine

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// patch writes the changes as the fewest operations: what is missing together
// is added together. It reads where things are from the raw request, so what
// this build does not know stays as it is. places are the pointers of changes.
func (e *Engine) patch(s *subject, changes []Change, places [][]string) []PatchOp {
	writes := make([]write, 0, len(changes)+1)
	for i, c := range changes {
		writes = append(writes, write{view: c.View, place: places[i], value: c.To})
	}
	record, remove := e.record(s, changes)
	if record != nil || remove {
		place := s.object.Locate(s.recordPath()).Pointer
		if record != nil {
			writes = append(writes, write{view: s.recordPath(), place: place, value: record})
		} else {
			return append(s.operations(writes), PatchOp{Op: "remove", Path: pointer(place)})
		}
	}
	return s.operations(writes)
}

// write is a value and where it goes.
type write struct {
	view  []string
	place []string // tokens of the pointer
	value json.RawMessage
}

func (s *subject) operations(writes []write) []PatchOp {
	type group struct {
		op    string
		value *tree
	}
	groups := map[string]*group{}
	for _, w := range writes {
		depth, null, ok := s.object.Reach(w.view)
		if !ok {
			continue
		}
		op := "add"
		if null || depth == len(w.place) {
			op = "replace"
		}
		depth = min(depth, len(w.place)-1)
		key := pointer(w.place[:depth+1])
		if groups[key] == nil {
			groups[key] = &group{op: op, value: &tree{}}
		}
		groups[key].value.put(w.place[depth+1:], w.value)
	}
	ops := make([]PatchOp, 0, len(groups))
	for key, g := range groups {
		ops = append(ops, PatchOp{Op: g.op, Path: key, Value: g.value.json()})
	}
	slices.SortFunc(ops, func(a, b PatchOp) int { return strings.Compare(a.Path, b.Path) })
	return ops
}

// pointer is an RFC 6901 JSON pointer.
func pointer(tokens []string) string {
	var b strings.Builder
	for _, token := range tokens {
		if strings.ContainsAny(token, "~/") { // most have neither
			token = strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
		}
		b.WriteByte('/')
		b.WriteString(token)
	}
	return b.String()
}

// tree is a JSON value under construction. Container lists are the only lists
// on the way to a field; their items keep their order, not their index.
type tree struct {
	value    json.RawMessage
	children map[string]*tree
	list     bool // the children are items
}

func (t *tree) put(tokens []string, value json.RawMessage) {
	if len(tokens) == 0 {
		t.value = value
		return
	}
	if t.children == nil {
		t.children = map[string]*tree{}
	}
	child := t.children[tokens[0]]
	if child == nil {
		child = &tree{list: tokens[0] == "containers" || tokens[0] == "initContainers"}
		t.children[tokens[0]] = child
	}
	child.put(tokens[1:], value)
}

func (t *tree) json() json.RawMessage {
	if t.children == nil {
		if t.value == nil {
			return json.RawMessage("{}")
		}
		return t.value
	}
	keys := make([]string, 0, len(t.children))
	for key := range t.children {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var b bytes.Buffer
	b.WriteByte(map[bool]byte{true: '[', false: '{'}[t.list])
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		if !t.list {
			name, _ := json.Marshal(key) // a string always encodes
			b.Write(name)
			b.WriteByte(':')
		}
		b.Write(t.children[key].json())
	}
	b.WriteByte(map[bool]byte{true: ']', false: '}'}[t.list])
	return b.Bytes()
}
