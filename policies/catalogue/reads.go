package catalogue

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// reads are the paths of the input that a compiled module looks at, sorted,
// none below another. A variable that is only used to reach something below it
// does not count itself.
func (a aliases) reads(m *ast.Module) [][]string {
	r := &reader{aliases: a, used: map[ast.Var]bool{}, bound: map[ast.Var][][]string{}}
	for _, rule := range m.Rules {
		for ; rule != nil; rule = rule.Else {
			r.rule(rule)
		}
	}
	for v, paths := range r.bound {
		// An unused variable asks whether something is there. One that stands for
		// two places compares them.
		switch {
		case len(a[v]) > 1:
			r.paths = append(r.paths, paths...)
		case !r.used[v]:
			r.present(paths)
		}
	}
	return smallest(r.paths)
}

// Presence ends a path of which a rule only asks whether it is there (and not
// false): an object at its place is not looked into.
const Presence = ""

// present adds paths of which only the presence counts.
func (r *reader) present(paths [][]string) {
	for _, path := range paths {
		r.paths = append(r.paths, append(slices.Clip(path), Presence))
	}
}

type reader struct {
	aliases aliases
	paths   [][]string
	used    map[ast.Var]bool
	bound   map[ast.Var][][]string // aliases that were not counted where they were bound
}

func (r *reader) rule(rule *ast.Rule) {
	r.walk(rule.Body)
	for _, t := range rule.Head.Ref()[1:] {
		r.walk(t)
	}
	for _, t := range []*ast.Term{rule.Head.Key, rule.Head.Value} {
		if t != nil {
			r.walk(t)
		}
	}
}

func (r *reader) walk(x any) {
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Expr:
			return r.expr(x)
		case ast.Ref:
			r.ref(x)
			return true
		case ast.Var:
			r.used[x] = true
			r.paths = append(r.paths, r.aliases[x]...)
		}
		return false
	}).Walk(x)
}

// expr takes care of expressions that only give a place a name, or only ask
// whether it is there.
func (r *reader) expr(e *ast.Expr) (done bool) {
	if t, ok := e.Terms.(*ast.Term); ok {
		if ref, ok := t.Value.(ast.Ref); ok {
			r.present(r.aliases.paths(t))
			r.keys(ref)
			return true
		}
	}
	if every, ok := e.Terms.(*ast.Every); ok {
		r.alias(every.Value, every.Domain)
		r.walk(every.Body)
		return true
	}
	v, to, ok := binding(e)
	if !ok || len(r.aliases[v]) == 0 {
		return false
	}
	if _, isVar := to.Value.(ast.Var); isVar {
		return false
	}
	r.alias(ast.NewTerm(v), to)
	return true
}

// alias notes that a variable names what a term stands for; the keys inside
// the term are read.
func (r *reader) alias(name, to *ast.Term) {
	v, isVar := name.Value.(ast.Var)
	paths := r.aliases.paths(to)
	if !isVar || len(paths) == 0 {
		r.walk(to)
		return
	}
	r.bound[v] = append(r.bound[v], paths...)
	switch t := to.Value.(type) {
	case ast.Ref:
		r.keys(t)
	case ast.Var:
		r.used[t] = true
	}
}

func (r *reader) ref(ref ast.Ref) {
	r.paths = append(r.paths, r.aliases.paths(ast.NewTerm(ref))...)
	r.keys(ref)
}

// keys walks what stands in the brackets of a reference.
func (r *reader) keys(ref ast.Ref) {
	if v, ok := ref[0].Value.(ast.Var); ok {
		r.used[v] = true
	} else {
		r.walk(ref[0])
	}
	for _, key := range ref[1:] {
		r.walk(key)
	}
}

// smallest sorts paths and drops parameters, duplicates and what lies below
// another path.
func smallest(paths [][]string) [][]string {
	slices.SortFunc(paths, slices.Compare[[]string])
	var kept [][]string
	for _, path := range paths {
		if len(path) == 0 || path[0] == "params" {
			continue
		}
		if n := len(kept); n > 0 && len(kept[n-1]) <= len(path) && slices.Equal(kept[n-1], path[:len(kept[n-1])]) {
			continue
		}
		kept = append(kept, path)
	}
	return kept
}

// views refuses to hand a whole view to a function: inside, nothing is known of
// its fields, so a misspelt one would go unnoticed.
func (a aliases) views(m *ast.Module, to *problems) {
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		if !e.IsCall() || !e.Operator().HasPrefix(ast.DefaultRootRef) {
			return false
		}
		for _, operand := range e.Operands() {
			for _, path := range a.paths(operand) {
				if len(path) == 1 || len(path) == 2 && (path[0] == "containers" || path[1] == "spec" || path[1] == "metadata") {
					to.in(e.Location, "a function is given a whole view", "expected the fields that it needs: inside a function a misspelt field is not found", "")
				}
			}
		}
		return false
	})
}
