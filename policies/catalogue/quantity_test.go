package catalogue

import (
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

func evaluate(builtin string, operands ...ast.Value) (string, error) {
	terms := make([]*ast.Term, len(operands))
	for i, operand := range operands {
		terms[i] = ast.NewTerm(operand)
	}
	got := ""
	err := Builtins()[builtin].Func(topdown.BuiltinContext{}, terms, func(t *ast.Term) error {
		got = t.String()
		return nil
	})
	return got, err
}

func TestQuantityReadsAmountsAsKubernetesDoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"100m": "100", "2": "2000", "0.0001": "1"} {
		if got, err := evaluate(quantityName, ast.String("cpu"), ast.String(text)); got != want || err != nil {
			t.Errorf("cpu %s is %s (%v), want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"1Gi": "1073741824", "1G": "1000000000", "100m": "1"} {
		if got, err := evaluate(quantityName, ast.String("memory"), ast.String(text)); got != want || err != nil {
			t.Errorf("memory %s is %s (%v), want %s", text, got, err, want)
		}
	}
	for _, bad := range [][2]ast.Value{
		{ast.String("memory"), ast.String("two gigs")},
		{ast.String("memory"), ast.Boolean(true)},
		{ast.Boolean(true), ast.String("1Gi")},
		{ast.String("memory"), ast.String(strings.Repeat("9", 1<<20))},
	} {
		if got, err := evaluate(quantityName, bad[0], bad[1]); err == nil {
			t.Errorf("an amount of %.20s is %s", bad[1], got)
		}
	}
}

func TestQuantityTextWritesAmountsAsKubernetesDoes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ resource, amount, want string }{
		{"cpu", "2000", `"2"`}, {"cpu", "1500", `"1500m"`}, {"cpu", "0", `"0"`},
		{"memory", "2147483648", `"2Gi"`}, {"memory", "1610612736", `"1536Mi"`}, {"memory", "1000000000", `"1G"`},
		{"memory", "128000000", `"128M"`}, {"memory", "1024", `"1Ki"`}, {"memory", "5000", `"5k"`}, {"memory", "1025", `"1025"`},
		{"memory", "0", `"0"`},
	} {
		got, err := evaluate(quantityTextName, ast.String(test.resource), ast.Number(test.amount))
		if got != test.want || err != nil {
			t.Errorf("%s of %s is %s (%v), want %s", test.amount, test.resource, got, err, test.want)
		}
	}
	for _, bad := range []ast.Value{ast.Number("1.5"), ast.String("1"), ast.Number("1e30")} {
		if got, err := evaluate(quantityTextName, ast.String("memory"), bad); err == nil {
			t.Errorf("an amount of %s is %s", bad, got)
		}
	}
}
