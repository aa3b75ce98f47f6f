package batch

import (
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"
)

// mostImages bounds what images remembers. A name has at most maxImage
// characters, so that is a few MiB at worst.
const mostImages = 1024

// images remembers image names that were read: a cluster runs few different
// ones, and reading one takes as long as the rest of its container. It is safe
// for concurrent use, and its zero value is empty.
type images struct {
	known atomic.Pointer[knownImages]
}

type knownImages struct {
	terms sync.Map // string -> *ast.Term, nil for a name that does not parse
	count atomic.Int64
}

// term is referenceTerm. When too many are known it begins anew: tags come and
// go with every build.
func (i *images) term(name string) *ast.Term {
	known := i.known.Load()
	if known != nil {
		if t, ok := known.terms.Load(name); ok {
			return t.(*ast.Term)
		}
	}
	t := referenceTerm(name)
	if len(name) > maxImage {
		return t
	}
	if known == nil || known.count.Load() >= mostImages {
		fresh := &knownImages{}
		i.known.CompareAndSwap(known, fresh)
		known = fresh
	}
	if _, taken := known.terms.LoadOrStore(name, t); !taken {
		known.count.Add(1)
	}
	return t
}
