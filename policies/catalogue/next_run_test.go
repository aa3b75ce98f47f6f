package catalogue

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

func TestNextRunIsTheFirstRunAfterAMoment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, zone, after, want string }{
		{"0 2 * * *", "", "2026-06-01T12:00:00Z", `"2026-06-02T02:00:00Z"`},
		{"0 2 * * *", "Europe/Berlin", "2026-06-01T12:00:00+02:00", `"2026-06-02T00:00:00Z"`},
		{"@every 1h", "", "2026-06-01T12:00:00Z", `"2026-06-01T13:00:00Z"`},
		{"0 0 31 2 *", "", "2026-06-01T12:00:00Z", ""},
	} {
		got, err := evaluate(nextRunName, ast.String(test.text), ast.String(test.zone), ast.String(test.after))
		if got != test.want || err != nil {
			t.Errorf("%s in %q after %s is %s (%v), want %s", test.text, test.zone, test.after, got, err, test.want)
		}
	}
	const now = ast.String("2026-06-01T12:00:00Z")
	for _, bad := range [][3]ast.Value{
		{ast.String("every day"), ast.String(""), now},
		{ast.String("TZ=0"), ast.String(""), now},
		{ast.String("@daily"), ast.String("Nowhere/Never"), now},
		{ast.String("@daily"), ast.String(""), ast.String("today")},
		{ast.Boolean(true), ast.String(""), now},
		{ast.String("@daily"), ast.Boolean(true), now},
		{ast.String("@daily"), ast.String(""), ast.Boolean(true)},
	} {
		if got, err := evaluate(nextRunName, bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("the next run of %v is %s", bad, got)
		}
	}
}
