package engine

import (
	"cmp"
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

	op, at string   // of the operation that it is part of
	below  []string // tokens from there
}

func (s *subject) operations(writes []write) []PatchOp {
	reached := writes[:0]
	for _, w := range writes {
		depth, null, ok := s.object.Reach(w.view)
		if !ok {
			continue
		}
		w.op = "add"
		if null || depth == len(w.place) {
			w.op = "replace"
		}
		depth = min(depth, len(w.place)-1)
		w.at, w.below = pointer(w.place[:depth+1]), w.place[depth+1:]
		reached = append(reached, w)
	}
	slices.SortFunc(reached, func(a, b write) int {
		return cmp.Or(strings.Compare(a.at, b.at), slices.Compare(a.below, b.below))
	})
	ops := make([]PatchOp, 0, len(reached)+1)
	for len(reached) > 0 {
		first, end := reached[0], 1
		for end < len(reached) && reached[end].at == first.at {
			end++
		}
		ops = append(ops, PatchOp{Op: first.op, Path: first.at, Value: appendNested(nil, reached[:end], 0)})
		reached = reached[end:]
	}
	return ops
}

// pointer is an RFC 6901 JSON pointer.
func pointer(tokens []string) string {
	var b strings.Builder
	size := 0
	for _, token := range tokens {
		size += len(token) + 1
	}
	b.Grow(size)
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
// whatever failurePolicy says.
func (e *Engine) applied(s *subject, ops []PatchOp, changes []Change, places [][]string) ([]byte, error) {
	if err := e.readable(s.object.Kind(), changes, places); err != nil {
		return nil, err
	}
	return spliced(s.req.Object, ops)
}

// appendNested appends the JSON value that holds all writes, which are sorted by
// their tokens, of which depth are behind us.
func appendNested(b []byte, writes []write, depth int) []byte {
	for len(writes) > 1 && len(writes[0].below) == depth {
		writes = writes[1:] // what is written inside a value counts
	}
	if len(writes[0].below) == depth {
		return append(b, writes[0].value...)
	}
	// Containers are the only lists on the way to a field; their items keep their
	// order, not their index.
	opening, closing := byte('{'), byte('}')
	if depth > 0 && isContainerList(writes[0].below[depth-1]) {
		opening, closing = '[', ']'
	}
	b = append(b, opening)
	for first := true; len(writes) > 0; first = false {
		token, end := writes[0].below[depth], 1
		for end < len(writes) && writes[end].below[depth] == token {
			end++
		}
		if !first {
			b = append(b, ',')
		}
		if opening == '{' {
			b = append(appendText(b, token), ':')
		}
		b = appendNested(b, writes[:end], depth+1)
		writes = writes[end:]
	}
	return append(b, closing)
}

func isContainerList(token string) bool { return token == "containers" || token == "initContainers" }
