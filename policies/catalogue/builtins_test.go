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
		if b.Name != quantityName && whyNot(b.Name) != "" {
			t.Errorf("%s can be called", b.Name)
		}
	}
	if n, want := len(Capabilities().Builtins), len(allowed())+1; n != want {
		t.Errorf("%d builtins, want %d", n, want)
	}
}

func TestQuantityReadsAmountsAsKubernetesDoes(t *testing.T) {
	t.Parallel()
	evaluate := func(resource, text ast.Value) (string, error) {
		got := ""
		err := Builtins()[quantityName].Func(topdownContext(), []*ast.Term{ast.NewTerm(resource), ast.NewTerm(text)}, func(t *ast.Term) error {
			got = t.String()
			return nil
		})
		return got, err
	}
	for text, want := range map[string]string{"100m": "100", "2": "2000", "0.0001": "1"} {
		if got, err := evaluate(ast.String("cpu"), ast.String(text)); got != want || err != nil {
			t.Errorf("cpu %s is %s (%v), want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"1Gi": "1073741824", "1G": "1000000000", "100m": "1"} {
		if got, err := evaluate(ast.String("memory"), ast.String(text)); got != want || err != nil {
			t.Errorf("memory %s is %s (%v), want %s", text, got, err, want)
		}
	}
	for _, bad := range [][2]ast.Value{
		{ast.String("memory"), ast.String("two gigs")},
		{ast.String("memory"), ast.Boolean(true)},
		{ast.Boolean(true), ast.String("1Gi")},
		{ast.String("memory"), ast.String(strings.Repeat("9", 1<<20))},
	} {
		if got, err := evaluate(bad[0], bad[1]); err == nil {
			t.Errorf("an amount of %.20s is %s", bad[1], got)
		}
	}
}
