package catalogue

import (
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// TestEveryBuiltinOfOPAIsClassified fails when a new version of OPA brings one
// that nobody has thought about.
func TestEveryBuiltinOfOPAIsClassified(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, name := range allowed() {
		if listed[name] {
			t.Errorf("%s is listed twice", name)
		}
		listed[name] = true
	}
	known := map[string]bool{}
	for _, b := range ast.CapabilitiesForThisVersion().Builtins {
		known[b.Name] = true
		why := whyNot(b.Name)
		switch {
		case listed[b.Name] && why != "":
			t.Errorf("%s is allowed and refused", b.Name)
		case !listed[b.Name] && why == "":
			t.Errorf("%s is neither allowed nor refused: classify it", b.Name)
		case listed[b.Name] && (b.Nondeterministic || b.Deprecated):
			t.Errorf("%s is allowed, though OPA calls it nondeterministic or deprecated", b.Name)
		}
	}
	for name := range listed {
		if !known[name] {
			t.Errorf("%s is allowed, but no builtin of OPA", name)
		}
	}
	for _, r := range refusals() {
		for _, name := range r.names {
			if !known[name] {
				t.Errorf("%s is refused, but no builtin of OPA", name)
			}
		}
	}
}

func TestCapabilitiesHoldTheAllowedBuiltinsOnly(t *testing.T) {
	t.Parallel()
	for _, b := range Capabilities().Builtins {
		if !strings.HasPrefix(b.Name, "batchgate.") && whyNot(b.Name) != "" {
			t.Errorf("%s can be called", b.Name)
		}
	}
	if n, want := len(Capabilities().Builtins), len(allowed())+len(Builtins()); n != want {
		t.Errorf("%d builtins, want %d", n, want)
	}
}
