package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// spliced is raw with a patch of operations applied, in one pass that copies
// what it does not change. raw is JSON that package batch has read. Paths lead
// through objects and existing items of lists, as operations writes them; an
// RFC 6902 library reads the whole object several times instead.
func spliced(raw []byte, ops []PatchOp) ([]byte, error) {
	if len(ops) == 0 {
		return raw, nil
	}
	byPath := func(a, b PatchOp) int { return strings.Compare(a.Path, b.Path) }
	if !slices.IsSortedFunc(ops, byPath) {
		ops = slices.SortedFunc(slices.Values(ops), byPath)
	}
	root := &edit{}
	size := len(raw)
	for i := range ops {
		root.put(ops[i].Path, &ops[i])
		size += len(ops[i].Path) + len(ops[i].Value)
	}
	s := &splice{scanner: scanner{raw: raw}, out: make([]byte, 0, size)}
	if err := s.value(root); err != nil {
		return nil, err
	}
	return append(s.out, raw[s.copied:]...), nil
}

// edit is a place on the way to an operation, or the place of one.
type edit struct {
	token    string
	op       *PatchOp
	children []*edit
	found    bool
}

// put adds an operation at an RFC 6901 JSON pointer. Operations come in order,
// so those that share a part of the way follow one another.
func (e *edit) put(pointer string, op *PatchOp) {
	if pointer == "" {
		e.op = op
		return
	}
	token, rest := pointer[1:], ""
	if end := strings.IndexByte(token, '/'); end >= 0 {
		token, rest = token[:end], token[end:]
	}
	if strings.IndexByte(token, '~') >= 0 {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	if n := len(e.children); n == 0 || e.children[n-1].token != token {
		e.children = append(e.children, &edit{token: token})
	}
	e.children[len(e.children)-1].put(rest, op)
}

// child is the edit of a member; nil when it stays as it is.
func (e *edit) child(name []byte) *edit {
	for _, child := range e.children {
		if child.token == string(name) {
			return child
		}
	}
	return nil
}

type splice struct {
	scanner
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

func (s *splice) value(e *edit) error {
	switch first := s.next(); first {
	case '{':
		return s.object(e)
	case '[':
		return s.list(e)
	case 0:
		return errUnfinished
	default:
		return fmt.Errorf("a patch leads into a value that begins with %q, an object or a list was expected", first)
	}
}

func (s *splice) object(e *edit) error {
	s.at++
	members := 0 // that are kept
	for {
		before := s.at
		mark := s.next()
		if mark == '}' {
			break
		}
		if mark == ',' {
			s.at++
		}
		name, err := s.name()
		if err != nil {
			return err
		}
		child := e.child(name)
		if members == 0 && mark == ',' { // all before it were removed
			s.withoutComma(before)
		}
		if child == nil {
			err = s.skip()
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
	s.at++
	return s.additions(e, members)
}

// member edits the value that comes next. before is where its member begins,
// comma included.
func (s *splice) member(e *edit, before int) error {
	if e.op == nil {
		return s.value(e)
	}
	s.next()
	start := s.at
	if err := s.skip(); err != nil {
		return err
	}
	if e.op.Op == "remove" {
		s.keep(max(before, s.copied))
	} else {
		s.keep(start)
		s.out = append(s.out, e.op.Value...)
	}
	s.cut(s.at)
	return nil
}

// withoutComma drops the comma of a member before which all were removed.
func (s *splice) withoutComma(before int) {
	comma := scanner{raw: s.raw, at: before}
	comma.next()
	s.keep(max(before, s.copied))
	s.cut(comma.at + 1)
}

// additions writes the members that were not there, before the closing brace.
func (s *splice) additions(e *edit, members int) error {
	for _, child := range e.children {
		if child.found {
			continue
		}
		if child.op == nil || child.op.Op != "add" {
			return fmt.Errorf("a patch leads through %q, which is not there", child.token)
		}
		s.keep(s.at - 1)
		if members > 0 {
			s.out = append(s.out, ',')
		}
		s.out = append(append(appendText(s.out, child.token), ':'), child.op.Value...)
		members++
	}
	return nil
}

func (s *splice) list(e *edit) error {
	s.at++
	slices.SortFunc(e.children, func(a, b *edit) int { // as numbers
		return cmp.Or(cmp.Compare(len(a.token), len(b.token)), strings.Compare(a.token, b.token))
	})
	left := e.children
	for i := 0; s.next() != ']'; i++ {
		if s.next() == ',' {
			s.at++
		}
		var err error
		if len(left) > 0 && left[0].token == strconv.Itoa(i) {
			err = s.value(left[0])
			left = left[1:]
		} else {
			err = s.skip()
		}
		if err != nil {
			return err
		}
		if s.next() == 0 {
			return errUnfinished
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("a patch leads to item %s of a list that does not have it", left[0].token)
	}
	s.at++
	return nil
}
