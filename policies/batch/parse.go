package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/open-policy-agent/opa/v1/ast"
)

// maxDepth is how deep an object may nest. The API server's own types need far
// less, and everything that walks an object walks it recursively.
const maxDepth = 200

// Parse reads the JSON of one Job or CronJob. Stricter than RFC 8259: one
// object and nothing after it, valid UTF-8, no key twice in one object, at most
// 200 levels, numbers of at most 64 characters that a float64 can hold, and
// metadata and spec, where present, are objects or null. The error says where
// (byte and JSON pointer) and what. Members other than metadata and spec are
// checked and forgotten.
//
// The Object refers to raw, which must not change while it is in use.
func Parse(kind Kind, raw []byte, keep *Keep) (*Object, error) {
	if kind != Job && kind != CronJob {
		return nil, fmt.Errorf("kind %q is not read here, only Job and CronJob are", kind)
	}
	if tooDeep(raw) {
		return nil, fmt.Errorf("nests deeper than %d levels", maxDepth)
	}
	if keep == nil {
		keep = NewKeep([][]string{{}})
	}
	o := &Object{kind: kind, keep: keep}
	p := keep.parser(raw, o)
	root := keep.job
	if kind == CronJob {
		root = keep.cronJob
	}
	if err := p.root(root); err != nil {
		return nil, explain(err)
	}
	keep.release(p)
	o.pod = o.walk(o.podPath())
	o.containers = o.listContainers()
	return o, nil
}

// root reads the document's own members.
func (p *parser) root(b *branch) error {
	if kind := p.dec.PeekKind(); kind != '{' && kind != 0 {
		return fmt.Errorf("is a JSON %s, an object was expected", kindWord(kind))
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	pairs := make([][2]*ast.Term, 0, 2)
	for p.dec.PeekKind() != '}' {
		key, err := p.dec.ReadValue()
		if err != nil {
			return err
		}
		name := string(unquoted(key))
		if name != "metadata" && name != "spec" {
			if err := p.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if kind := p.dec.PeekKind(); kind != '{' && kind != 'n' && kind != 0 {
			return fmt.Errorf("%s is a JSON %s, an object was expected", name, kindWord(kind))
		}
		start := p.dec.InputOffset()
		value, err := p.value(b.grown(name))
		if err != nil {
			return err
		}
		if name == "spec" {
			p.object.rawSpec = bytes.TrimLeft(p.raw[start:p.dec.InputOffset()], ": \t\r\n")
		}
		pairs = append(pairs, [2]*ast.Term{words.term(name), value})
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	p.object.root = ast.ObjectTerm(pairs...)
	if _, err := p.dec.ReadToken(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = fmt.Errorf("byte %d: something follows the object", p.dec.InputOffset())
		}
		return err
	}
	return nil
}

// grown is the branch of a member that is always read, however little of it.
func (b *branch) grown(key string) *branch {
	if child, ok := b.children[key]; ok {
		return child
	}
	return &branch{all: b.all}
}

func (p *parser) value(b *branch) (*ast.Term, error) {
	switch p.dec.PeekKind() {
	case '{':
		return p.members(b)
	case '[':
		return p.elements(b)
	}
	text, err := p.dec.ReadValue()
	if err != nil {
		return nil, err
	}
	switch text.Kind() {
	case '"':
		return words.of(unquoted(text)), nil
	case 't', 'f':
		return ast.InternedTerm(text[0] == 't'), nil
	case 'n':
		return ast.InternedNullTerm, nil
	}
	number, err := numberTerm(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.dec.StackPointer(), err)
	}
	return number, nil
}

func (p *parser) members(b *branch) (*ast.Term, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, err
	}
	base := len(p.pairs)
	for p.dec.PeekKind() != '}' {
		text, err := p.dec.ReadValue()
		if err != nil {
			return nil, err
		}
		key := unquoted(text)
		child := b.member(key, p.whole)
		if child == nil || child.capture != captureNothing {
			if err := p.skip(child); err != nil {
				return nil, err
			}
			continue
		}
		name := words.of(key)
		value, err := p.value(child)
		if err != nil {
			return nil, err
		}
		p.pairs = append(p.pairs, [2]*ast.Term{name, value})
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, err
	}
	if base == len(p.pairs) {
		return ast.InternedEmptyObject, nil
	}
	object := ast.ObjectTerm(p.pairs[base:]...)
	p.pairs = p.pairs[:base]
	return object, nil
}

func (p *parser) elements(b *branch) (*ast.Term, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, err
	}
	base := len(p.items)
	child := b.element(p.whole)
	for p.dec.PeekKind() != ']' {
		value, err := p.value(child)
		if err != nil {
			return nil, err
		}
		p.items = append(p.items, value)
		if b.most > 0 && len(p.items)-base > b.most {
			return nil, fmt.Errorf("%s: more than %d containers, which no object that can be stored has", p.dec.StackPointer().Parent(), b.most)
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, err
	}
	if base == len(p.items) {
		return ast.InternedEmptyArray, nil
	}
	list := ast.ArrayTerm(append([]*ast.Term(nil), p.items[base:]...)...)
	p.items = p.items[:base]
	return list, nil
}

// skip passes over a value that no term is made of, and notes where it is when
// the branch says so.
func (p *parser) skip(b *branch) error {
	if b == nil {
		return p.dec.SkipValue()
	}
	value, err := p.dec.ReadValue()
	if err != nil {
		return err
	}
	end := p.dec.InputOffset()
	at := p.raw[end-int64(len(value)) : end]
	switch b.capture {
	case captureManagedFields:
		p.object.evidence.managedFields = at
	case captureLastApplied:
		p.object.evidence.lastApplied = at
	}
	return nil
}

// unquoted is the content of a JSON string that the decoder accepted.
func unquoted(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	out, err := jsontext.AppendUnquote(nil, text)
	if err != nil {
		return nil // cannot be: the decoder has read it
	}
	return out
}
