package catalogue

import (
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"
)

// kept are the modules of the program that was compiled last, folded and not yet
// compiled. The next policy gives most rules the parameters that they have now,
// and needs only the others folded. It is safe for concurrent use.
type kept struct{ modules atomic.Pointer[modulesOf] }

// modulesOf are modules by what they are made of. None is changed once it is kept.
type modulesOf map[variant]*ast.Module

// variant is a rule with one set of parameters. A rule of another text is another
// one, also where it has the same name.
type variant struct {
	rule   *Rule
	params string
}

func (k *kept) last() modulesOf {
	if m := k.modules.Load(); m != nil {
		return *m
	}
	return nil
}

func (k *kept) set(m modulesOf) { k.modules.Store(&m) }

// named is a module as another package, sharing its rules.
func named(m *ast.Module, path ast.Ref) *ast.Module {
	renamed, pkg := *m, *m.Package
	pkg.Path = path
	renamed.Package = &pkg
	return &renamed
}
