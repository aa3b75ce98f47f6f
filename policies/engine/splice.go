package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// spliced is raw with a patch of operations applied, in one pass that copies
// what it does not change. raw is JSON that package batch has read. Paths lead
// through objects and existing items of lists, as operations writes them; an
// RFC 6902 library reads the whole object several times instead.
func spliced(raw []byte, ops []PatchOp) ([]byte, error) {
	root := &edit{}
	for i := range ops {
		root.put(tokens(ops[i].Path), &ops[i])
	}
	// Parse has refused keys that appear twice.
	s := &splice{raw: raw, dec: jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true))}
	s.out = make([]byte, 0, len(raw)+1024)
	if err := s.value(root); err != nil {
		return nil, err
	}
	return append(s.out, raw[s.copied:]...), nil
}

// edit is a place on the way to an operation, or the place of one.
type edit struct {
	op       *PatchOp
	children map[string]*edit
	found    bool
}

func (e *edit) put(path []string, op *PatchOp) {
	if len(path) == 0 {
		e.op = op
		return
	}
	if e.children == nil {
		e.children = map[string]*edit{}
	}
	child := e.children[path[0]]
	if child == nil {
		child = &edit{}
		e.children[path[0]] = child
	}
	child.put(path[1:], op)
}

// tokens are those of an RFC 6901 JSON pointer.
func tokens(pointer string) []string {
	path := strings.Split(pointer, "/")[1:]
	for i, token := range path {
		if strings.Contains(token, "~") {
			path[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		}
	}
	return path
}

type splice struct {
	raw    []byte
	dec    *jsontext.Decoder
	out    []byte
	copied int // up to here raw is in out, or cut
}

// keep copies raw up to an offset.
func (s *splice) keep(to int) {
	s.out = append(s.out, s.raw[s.copied:to]...)
	s.copied = to
}

// cut leaves out raw up to an offset.
func (s *splice) cut(to int) { s.copied = to }

func (s *splice) offset() int { return int(s.dec.InputOffset()) }

func (s *splice) value(e *edit) error {
	switch kind := s.dec.PeekKind(); kind {
	case '{':
		return s.object(e)
	case '[':
		return s.list(e)
	default:
		return fmt.Errorf("a patch leads into a JSON %s", kind)
	}
}

func (s *splice) object(e *edit) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	members := 0 // that are kept
	for s.dec.PeekKind() != '}' {
		before := s.offset()
		name, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		child := e.children[name.String()]
		if members == 0 {
			s.withoutComma(before)
		}
		if child == nil {
			err = s.dec.SkipValue()
		} else {
			child.found = true
			err = s.member(child, before)
		}
		if err != nil {
			return err
		}
		if child == nil || child.op == nil || child.op.Op != "remove" {
			members++
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	return s.additions(e, members)
}

// member edits the value that comes next. before is where its member begins,
// comma included.
func (s *splice) member(e *edit, before int) error {
	if e.op == nil {
		return s.value(e)
	}
	at := s.offset()
	for at < len(s.raw) && (s.raw[at] == ':' || s.raw[at] <= ' ') {
		at++
	}
	if err := s.dec.SkipValue(); err != nil {
		return err
	}
	if e.op.Op == "remove" {
		s.keep(max(before, s.copied))
		s.cut(s.offset())
		return nil
	}
	s.keep(at)
	s.out = append(s.out, e.op.Value...)
	s.cut(s.offset())
	return nil
}

// withoutComma drops the comma of a member before which all were removed.
func (s *splice) withoutComma(before int) {
	at := before
	for at < len(s.raw) && s.raw[at] <= ' ' {
		at++
	}
	if at < len(s.raw) && s.raw[at] == ',' {
		s.keep(max(before, s.copied))
		s.cut(at + 1)
	}
}

// additions writes the members that were not there, before the closing brace.
func (s *splice) additions(e *edit, members int) error {
	for _, key := range slices.Sorted(maps.Keys(e.children)) {
		child := e.children[key]
		if child.found {
			continue
		}
		if child.op == nil || child.op.Op != "add" {
			return fmt.Errorf("a patch leads through %q, which is not there", key)
		}
		s.keep(s.offset() - 1)
		if members > 0 {
			s.out = append(s.out, ',')
		}
		name, err := json.Marshal(key)
		if err != nil {
			return err
		}
		s.out = append(append(append(s.out, name...), ':'), child.op.Value...)
		members++
	}
	return nil
}

func (s *splice) list(e *edit) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	for i := 0; s.dec.PeekKind() != ']'; i++ {
		child := e.children[strconv.Itoa(i)]
		if child == nil {
			if err := s.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		child.found = true
		if err := s.value(child); err != nil {
			return err
		}
	}
	for key, child := range e.children {
		if !child.found {
			return fmt.Errorf("a patch leads to item %s of a list that does not have it", key)
		}
	}
	_, err := s.dec.ReadToken()
	return err
}
