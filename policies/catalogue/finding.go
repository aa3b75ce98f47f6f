package catalogue

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/schema"
)

// findingKeys are what an element of deny may say.
func findingKeys() []string { return []string{"allowed", "field", "fix", "msg", "value"} }

// findings judges the elements of deny as far as they are literal.
func (r *Rule) findings(compiled *ast.Module, names aliases, to *problems) {
	for _, rule := range compiled.Rules {
		if rule.Head.Ref()[0].Value != ast.Var("deny") {
			continue
		}
		r.Denies = true
		if rule.Head.RuleKind() != ast.MultiValue || rule.Head.Key == nil || len(rule.Head.Ref()) != 1 {
			to.in(rule.Location, "deny is no set", `expected deny contains {"field": […], "msg": …} if …`, "")
			continue
		}
		object, ok := literal(rule, rule.Head.Key).Value.(ast.Object)
		if !ok {
			continue // made elsewhere: judged when it is there
		}
		object.Foreach(func(key, value *ast.Term) {
			name, ok := key.Value.(ast.String)
			if !ok {
				return
			}
			if !slices.Contains(findingKeys(), string(name)) {
				to.in(rule.Location, "deny says "+string(name), "expected "+strings.Join(findingKeys(), ", "), config.Nearest(string(name), findingKeys()))
			}
			if name == "field" {
				field(literal(rule, value), names, rule.Location, to)
			}
		})
		for _, required := range []string{"field", "msg"} {
			if object.Get(ast.StringTerm(required)) == nil {
				to.in(rule.Location, "deny gives no "+required, `expected {"field": […], "msg": …}`, "")
			}
		}
	}
}

// field judges the path of a finding up to its first variable that is not the
// name of a container.
func field(t *ast.Term, names aliases, at *ast.Location, to *problems) {
	array, ok := t.Value.(*ast.Array)
	if !ok {
		if ast.IsConstant(t.Value) {
			to.in(at, "field is "+ast.ValueName(t.Value), `expected a path such as ["job", "spec", "backoffLimit"]`, "")
		}
		return
	}
	var path []string
	for i := range array.Len() {
		switch v := array.Elem(i).Value.(type) {
		case ast.String:
			path = append(path, string(v))
		case ast.Number:
			path = append(path, v.String())
		case ast.Var:
			if i == 1 && path[0] == "containers" && names.only(v, []string{"containers", "*", "name"}) {
				path = append(path, "*")
				continue
			}
			if len(path) > 0 && path[0] == "containers" && i == 1 {
				return
			}
			prefix(path, at, to)
			return
		default:
			return
		}
	}
	prefix(path, at, to)
}

func prefix(path []string, at *ast.Location, to *problems) {
	if len(path) == 0 || schema.IsField(path) {
		return
	}
	shown := "field [" + strings.Join(path, ", ") + "]"
	bad, near := schema.Nearest(path)
	if bad == "" {
		to.in(at, shown+" is no field of the object", "expected one that an author can write", "")
		return
	}
	to.in(at, shown+": there is no field "+bad, "", near)
}
