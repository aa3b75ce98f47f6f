package engine

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/batch"
)

// quotaTerm is a ResourceQuota as rules read it. What may be used is rounded
// down and what is used is rounded up, so that no rule promises room that there
// is not.
func quotaTerm(q ResourceQuota) *ast.Term {
	used := make(map[string]string, len(q.Hard))
	for name := range q.Hard {
		used[name] = "0"
		if amount, ok := q.Used[name]; ok {
			used[name] = amount
		}
	}
	scopes := make([]*ast.Term, len(q.Scopes))
	for i, scope := range q.Scopes {
		scopes[i] = ast.StringTerm(scope)
	}
	return ast.ObjectTerm(
		[2]*ast.Term{ast.StringTerm("name"), ast.StringTerm(q.Name)},
		[2]*ast.Term{ast.StringTerm("hard"), amountsTerm(q.Hard, quotaAmount(batch.QuantityDown))},
		[2]*ast.Term{ast.StringTerm("used"), amountsTerm(used, quotaAmount(batch.Quantity))},
		[2]*ast.Term{ast.StringTerm("scopes"), ast.ArrayTerm(scopes...)},
	)
}

// quotaAmount reads amounts of a quota, in which a resource of containers may
// be called by what counts of it: requests.cpu is an amount of cpu.
func quotaAmount(read func(name, s string) (int64, error)) func(name, s string) (int64, error) {
	return func(name, s string) (int64, error) {
		for _, part := range []string{"requests.", "limits."} {
			name = strings.TrimPrefix(name, part)
		}
		return read(name, s)
	}
}
