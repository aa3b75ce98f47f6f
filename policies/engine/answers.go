package engine

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// answers is the cache of what rules and functions have answered during one
// evaluation. Most evaluations ask few, which a glance at their hashes finds;
// topdown's own cache makes a tree of tables of them. It can be used again
// after reset.
type answers struct {
	frames  []frame // of `with`; rules may not use it, their tests do
	entries []answered
	keys    []*ast.Term // of all entries
}

var _ topdown.VirtualCache = (*answers)(nil)

// frame is where the entries of one frame begin, and an index of them once
// they are many.
type frame struct {
	first int
	key   int // where their keys begin
	index map[int][]int
}

type answered struct {
	hash      int
	from, to  int // of keys
	value     *ast.Term
	undefined bool
}

// fewAnswers are as many as are looked for one by one.
const fewAnswers = 24

// mostKept bounds what reset keeps for the next evaluation.
const mostKept = 1024

func newAnswers() *answers { return &answers{frames: []frame{{}}} }

// reset forgets everything, and keeps the memory.
func (a *answers) reset() {
	if cap(a.keys) > mostKept || cap(a.entries) > mostKept {
		*a = answers{}
	}
	clear(a.entries)
	clear(a.keys)
	a.entries, a.keys = a.entries[:0], a.keys[:0]
	a.frames = append(a.frames[:0], frame{})
}

// Push begins a frame.
func (a *answers) Push() {
	a.frames = append(a.frames, frame{first: len(a.entries), key: len(a.keys)})
}

// Pop forgets the last frame.
func (a *answers) Pop() {
	last := a.frames[len(a.frames)-1]
	a.frames = a.frames[:len(a.frames)-1]
	clear(a.entries[last.first:])
	clear(a.keys[last.key:])
	a.entries, a.keys = a.entries[:last.first], a.keys[:last.key]
}

// Get is the answer to ref, or whether it is known to have none.
func (a *answers) Get(ref ast.Ref) (value *ast.Term, undefined bool) {
	e := a.find(ref, hashOf(ref))
	switch {
	case e == nil:
		return nil, false
	case e.undefined:
		return nil, true
	}
	return e.value, false
}

// Put notes an answer; nil is that there is none.
func (a *answers) Put(ref ast.Ref, value *ast.Term) {
	hash := hashOf(ref)
	e := a.find(ref, hash)
	if e == nil {
		a.entries = append(a.entries, answered{hash: hash, from: len(a.keys), to: len(a.keys) + len(ref)})
		a.keys = append(a.keys, ref...) // ref itself is used again by whoever calls
		e = &a.entries[len(a.entries)-1]
		a.noted()
	}
	if value != nil {
		e.value = value
	} else {
		e.undefined = true
	}
}

// noted puts the last entry into the index of its frame.
func (a *answers) noted() {
	f := &a.frames[len(a.frames)-1]
	if f.index == nil {
		if len(a.entries)-f.first <= fewAnswers {
			return
		}
		f.index = make(map[int][]int, 4*fewAnswers)
		for i := f.first; i < len(a.entries)-1; i++ {
			f.index[a.entries[i].hash] = append(f.index[a.entries[i].hash], i)
		}
	}
	last := len(a.entries) - 1
	f.index[a.entries[last].hash] = append(f.index[a.entries[last].hash], last)
}

func (a *answers) find(ref ast.Ref, hash int) *answered {
	f := &a.frames[len(a.frames)-1]
	if f.index != nil {
		for _, i := range f.index[hash] {
			if a.is(&a.entries[i], ref, hash) {
				return &a.entries[i]
			}
		}
		return nil
	}
	for i := f.first; i < len(a.entries); i++ {
		if a.is(&a.entries[i], ref, hash) {
			return &a.entries[i]
		}
	}
	return nil
}

func (a *answers) is(e *answered, ref ast.Ref, hash int) bool {
	if e.hash != hash || e.to-e.from != len(ref) {
		return false
	}
	for i, part := range a.keys[e.from:e.to] {
		if part != ref[i] && !part.Equal(ref[i]) {
			return false
		}
	}
	return true
}

// hashOf tells refs apart that hold the same parts in another order.
func hashOf(ref ast.Ref) int {
	hash := len(ref)
	for _, part := range ref {
		hash = hash*31 + part.Hash()
	}
	return hash
}

// Keys are the refs of the last frame that have an answer.
func (a *answers) Keys() []ast.Ref {
	var refs []ast.Ref
	f := a.frames[len(a.frames)-1]
	for _, e := range a.entries[f.first:] {
		if e.value != nil {
			refs = append(refs, append(ast.Ref{}, a.keys[e.from:e.to]...))
		}
	}
	return refs
}
