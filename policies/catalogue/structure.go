package catalogue

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// structure judges a parsed module: what it is called, what of it is public,
// what it imports and calls.
func structure(f file, m *ast.Module, to *problems) {
	named := packageName(m)
	if f.rule != "" {
		if want := `batchgate.rules["` + f.rule + `"]`; named != want {
			to.in(m.Package.Location, "the package is "+named, "expected "+want+", as the directory is called", "")
		}
	} else if named != "batchgate.lib" && !strings.HasPrefix(named, "batchgate.lib.") {
		to.in(m.Package.Location, "the package is "+named, "expected batchgate.lib", "")
	}
	for _, imported := range m.Imports {
		path := imported.Path.Value.(ast.Ref)
		if !path.HasPrefix(libRef()) && !path.HasPrefix(ast.MustParseRef("rego.v1")) {
			to.in(imported.Location, "imports "+path.String(), "expected data.batchgate.lib or nothing", "")
		}
	}
	for _, rule := range m.Rules {
		for ; rule != nil; rule = rule.Else {
			if f.rule != "" {
				public(rule, to)
				negation(rule, to) // what the library's functions are given is there
			}
			words(f, rule, to)
		}
	}
	if f.rule != "" {
		says(m, to)
	}
}

func libRef() ast.Ref {
	return ast.Ref{ast.DefaultRootDocument, ast.StringTerm("batchgate"), ast.StringTerm("lib")}
}

// packageName is the package as it is written, with a rule's name in brackets
// whether it needs them or not.
func packageName(m *ast.Module) string {
	var b strings.Builder
	for i, part := range m.Package.Path[1:] { // without data
		text, ok := part.Value.(ast.String)
		switch {
		case !ok:
			return m.Package.Path.String()
		case i == 0:
			b.WriteString(string(text))
		case i == 2 && b.String() == "batchgate.rules":
			fmt.Fprintf(&b, "[%q]", string(text))
		default:
			b.WriteString("." + string(text))
		}
	}
	return b.String()
}

// public refuses a name that somebody could take for part of the contract.
func public(rule *ast.Rule, to *problems) {
	name := string(rule.Head.Ref()[0].Value.(ast.Var))
	if name == "deny" || name == "defaults" || strings.HasPrefix(name, "_") {
		return
	}
	hint := ""
	if name == "warn" || name == "violation" {
		hint = "; the mode of a finding is the policy's business, a rule says deny"
	}
	to.in(rule.Location, "the rule defines "+name, "expected deny, defaults, or a name that begins with _"+hint, "")
}

// says refuses a rule that neither fills nor refuses.
func says(m *ast.Module, to *problems) {
	for _, rule := range m.Rules {
		switch rule.Head.Ref()[0].Value {
		case ast.Var("deny"), ast.Var("defaults"):
			return
		}
	}
	to.in(m.Package.Location, "the rule says nothing", "expected deny, defaults or both", "")
}

// words refuses what a rule, or the library, may not use.
func words(f file, rule *ast.Rule, to *problems) {
	var visitor *ast.GenericVisitor
	visitor = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Rule:
			return x != rule // an else branch is walked as a rule of its own
		case *ast.Expr:
			if len(x.With) > 0 {
				to.in(x.Location, "uses `with`", "a rule judges its own input", "")
			}
			if x.IsCall() {
				called(x.Operator(), x.Location, to)
			}
		case *ast.Term:
			return term(f, x, visitor, to)
		}
		return false
	})
	visitor.Walk(rule)
}

// term judges one term; what is inside a reference it walks itself.
func term(f file, t *ast.Term, inside *ast.GenericVisitor, to *problems) (done bool) {
	switch v := t.Value.(type) {
	case ast.Call:
		if ref, ok := v[0].Value.(ast.Ref); ok {
			called(ref, t.Location, to)
		}
	case ast.Var:
		if v == "input" || v == "data" {
			to.in(t.Location, "uses "+string(v)+" as a whole", "expected a path below it", "")
		}
	case ast.Ref:
		reference(f, v, t.Location, to)
		if _, isVar := v[0].Value.(ast.Var); !isVar {
			inside.Walk(v[0])
		}
		for _, key := range v[1:] {
			inside.Walk(key)
		}
		return true
	}
	return false
}

func reference(f file, ref ast.Ref, at *ast.Location, to *problems) {
	switch ref[0].Value {
	case ast.Var("input"):
		var key ast.Value
		if len(ref) > 1 {
			key = ref[1].Value
		}
		name, literal := key.(ast.String)
		switch {
		case f.rule == "":
			to.in(at, "the library reads "+ref.String(), "expected it as an argument", "")
		case !literal:
			to.in(at, "uses input as a whole", "expected a path below it", "")
		case name == "params":
			if len(ref) < 3 {
				to.in(at, "reads input.params as a whole", "expected input.params.<name>", "")
			} else if _, literal := ref[2].Value.(ast.String); !literal {
				to.in(at, "reads "+ref.String(), "expected input.params.<name>", "")
			}
		}
	case ast.Var("data"):
		if !ref.HasPrefix(libRef()) {
			to.in(at, "reads "+ref.String(), "expected nothing of data but data.batchgate.lib", "")
		}
	}
}

// called refuses builtins that are not on the list.
func called(operator ast.Ref, at *ast.Location, to *problems) {
	name := operator.String()
	why := whyNot(name)
	if why == "" {
		return // allowed, a function of the module, or unknown to the compiler
	}
	expected := ""
	if other := instead(name); other != "" {
		expected = "use " + other
	}
	to.in(at, "calls "+name+", which rules may not: "+why, expected, "")
}
