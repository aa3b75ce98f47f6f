package batch

import (
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Bounds of what a memory keeps: together a few MiB at worst.
const (
	mostRemembered    = 1024
	longestRemembered = 1024 // in characters
)

// memory remembers texts that were read: a cluster runs few different images
// and schedules, and reading one takes as long as the rest of its object. It is
// safe for concurrent use, and its zero value is empty.
type memory struct {
	known atomic.Pointer[known]
}

type known struct {
	terms sync.Map // string -> *ast.Term, nil for a text that does not parse
	count atomic.Int64
}

// term is read(text). When too many are known it begins anew: tags come and go
// with every build.
func (m *memory) term(text string, read func(string) *ast.Term) *ast.Term {
	now := m.known.Load()
	if now != nil {
		if t, ok := now.terms.Load(text); ok {
			return t.(*ast.Term)
		}
	}
	t := read(text)
	if len(text) > longestRemembered {
		return t
	}
	if now == nil || now.count.Load() >= mostRemembered {
		fresh := &known{}
		m.known.CompareAndSwap(now, fresh)
		now = fresh
	}
	if _, taken := now.terms.LoadOrStore(text, t); !taken {
		now.count.Add(1)
	}
	return t
}
