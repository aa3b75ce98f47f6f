package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	kjson "sigs.k8s.io/json"

	"github.com/batchgate/batchgate/policies/batch"
)

// patch writes the changes as the fewest operations: what is missing together
// is added together. It reads where things are from the raw request, so what
// this build does not know stays as it is.
func (e *Engine) patch(s *subject, changes []Change) []PatchOp {
	writes := make([]write, 0, len(changes)+1)
	for _, c := range changes {
		writes = append(writes, write{view: c.View, value: c.To})
	}
	record, remove := e.record(s, changes)
	if record != nil {
		writes = append(writes, write{view: s.recordPath(), value: record})
	}
	ops := s.operations(writes)
	if remove {
		ops = append(ops, PatchOp{Op: "remove", Path: pointer(s.object.Locate(s.recordPath()).Pointer)})
	}
	return ops
}

// write is a value and where it goes.
type write struct {
	view  []string
	value json.RawMessage
}

func (s *subject) operations(writes []write) []PatchOp {
	type group struct {
		op     string
		prefix []string
		value  *tree
	}
	groups := map[string]*group{}
	for _, w := range writes {
		tokens := s.object.Locate(w.view).Pointer
		depth, null, ok := s.object.Reach(w.view)
		if !ok {
			continue
		}
		op := "add"
		if null || depth == len(tokens) {
			op = "replace"
		}
		depth = min(depth, len(tokens)-1)
		prefix := tokens[:depth+1]
		key := pointer(prefix)
		if groups[key] == nil {
			groups[key] = &group{op: op, prefix: prefix, value: &tree{}}
		}
		groups[key].value.put(tokens[depth+1:], w.value)
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

// applied is the request's object with the patch applied, once it is sure that
// the API server can read the result: it answers a bad patch with a 500,
// whatever failurePolicy says. Only what the patch writes is decoded strictly,
// because the rest may hold fields that are newer than this build.
func applied(req Request, s *subject, ops []PatchOp, changes []Change) ([]byte, error) {
	if err := typed(s, changes); err != nil {
		return nil, err
	}
	return spliced(req.Object, ops)
}

// typed decodes what the changes write into the typed object.
func typed(s *subject, changes []Change) error {
	root := &tree{}
	for _, c := range changes {
		root.put(s.object.Locate(c.View).Pointer, c.To)
	}
	var into any = &batchv1.Job{}
	if s.object.Kind() == batch.CronJob {
		into = &batchv1.CronJob{}
	}
	strict, err := kjson.UnmarshalStrict(root.json(), into)
	if err != nil {
		return fmt.Errorf("what the rules fill in is not valid: %w", err)
	}
	if len(strict) > 0 {
		return fmt.Errorf("what the rules fill in is not valid: %w", strict[0])
	}
	return nil
}

// tree is a JSON value under construction. Container lists are the only lists
// on the way to a field; their items keep their order, not their index.
type tree struct {
	value    json.RawMessage
	children map[string]*tree
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
		child = &tree{}
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
	list := true
	for key := range t.children {
		keys = append(keys, key)
		_, err := strconv.Atoi(key)
		list = list && err == nil
	}
	slices.Sort(keys)
	var b bytes.Buffer
	b.WriteByte(map[bool]byte{true: '[', false: '{'}[list])
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		if !list {
			name, _ := json.Marshal(key) // a string always encodes
			b.Write(name)
			b.WriteByte(':')
		}
		b.Write(t.children[key].json())
	}
	b.WriteByte(map[bool]byte{true: ']', false: '}'}[list])
	return b.Bytes()
}
