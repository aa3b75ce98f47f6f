package catalogue

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
)

// defined refuses what a compiled module reads of the library where nothing
// defines it. For Rego it is merely undefined, so a rule with such a typo would
// never say a word.
func defined(m *ast.Module, compiler *ast.Compiler, to *problems) {
	library := libRef()
	ast.WalkTerms(m, func(t *ast.Term) bool {
		ref, ok := t.Value.(ast.Ref)
		if !ok || !ref.HasPrefix(library) {
			return false
		}
		node := compiler.RuleTree.Child(ref[0].Value)
		for i := 1; i < len(ref) && node != nil && len(node.Values) == 0; i++ {
			name, literal := ref[i].Value.(ast.String)
			if !literal {
				return false // any of what is below
			}
			below := node
			if node = node.Child(name); node == nil {
				to.in(t.Location, "reads "+ref[:i+1].String()+", which nothing defines", "expected what "+ref[:i].String()+" has",
					config.Nearest(string(name), names(below)))
			}
		}
		return false
	})
}

// names are those of what a node of the tree of rules has.
func names(n *ast.TreeNode) []string {
	var found []string
	for key := range n.Children {
		if name, ok := key.(ast.String); ok {
			found = append(found, string(name))
		}
	}
	return found
}
