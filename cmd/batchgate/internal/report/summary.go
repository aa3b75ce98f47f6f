package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Line is the summary as people read it, with the policy that was asked.
func (s Summary) Line(h Head) string {
	parts := []string{count(s.Objects, "object")}
	for _, part := range []struct {
		n    int
		text string
	}{
		{s.Refused, "refused"},
		{s.Warned, "with warnings"},
		{s.Changed, "filled in"},
		{s.NotJudged, "not judged in full"},
		{s.Context, "as context"},
		{s.Skipped, "skipped"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.text))
		}
	}
	if s.Errors > 0 {
		parts = append(parts, count(s.Errors, "error"))
	}
	line := fmt.Sprintf("%s; policy %s@%s, kubernetes %s", strings.Join(parts, ", "), Escape(h.Policy.Name), h.Policy.Digest, h.Kubernetes)
	for _, n := range slices.SortedFunc(maps.Keys(s.missing), func(a, b NotJudged) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Needs, b.Needs))
	}) {
		line += fmt.Sprintf("\nnot judged: %s needs %s (%s)", Escape(n.Rule), Escape(n.Needs), count(s.missing[n], "object"))
	}
	return line
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
