package batch

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/open-policy-agent/opa/v1/ast"
)

// parser reads one document. The stacks are shared by all levels, so that an
// object of any size costs one allocation of its members.
type parser struct {
	dec    *jsontext.Decoder
	raw    []byte
	object *Object
	whole  *branch
	pairs  [][2]*ast.Term
	items  []*ast.Term
}

func newParser(raw []byte, o *Object) *parser {
	return &parser{dec: jsontext.NewDecoder(bytes.NewBuffer(raw)), raw: raw, object: o, whole: &branch{all: true}}
}

// parser is a parser for one document, with the buffers of an earlier one
// where there are some.
func (k *Keep) parser(raw []byte, o *Object) *parser {
	p, ok := k.parsers.Get().(*parser)
	if !ok {
		return newParser(raw, o)
	}
	p.dec.Reset(bytes.NewBuffer(raw))
	p.raw, p.object = raw, o
	return p
}

// largestKept bounds the buffers that wait for the next document, in members.
const largestKept = 4096

// release gives back a parser that has read its document to the end, without
// anything that refers to it.
func (k *Keep) release(p *parser) {
	if cap(p.pairs) > largestKept || cap(p.items) > largestKept {
		return // of one large document; most are small
	}
	p.dec.Reset(bytes.NewBuffer(nil))
	p.raw, p.object = nil, nil
	clear(p.pairs[:cap(p.pairs)])
	clear(p.items[:cap(p.items)])
	k.parsers.Put(p)
}
