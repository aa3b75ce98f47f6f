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
		n          int
		text, more string
	}{
		{s.Refused, "refused", s.ofWhich(s.NewRefused)},
		{s.Warned, "with warnings", s.ofWhich(s.NewWarned)},
		{s.Changed, "filled in", ""},
		{s.NotJudged, "not judged in full", ""},
		{s.Context, "as context", ""},
		{s.Skipped, "skipped", ""},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s%s", part.n, part.text, part.more))
		}
	}
	if s.Others > 0 {
		parts = append(parts, count(s.Others, "other")+" passed over")
	}
	if s.Known > 0 {
		parts = append(parts, count(s.Known, "finding")+" known by the baseline")
	}
	if h.Since != "" {
		parts = append(parts, count(s.Unchanged, "file")+" unchanged since "+Escape(h.Since))
	}
	if s.Errors > 0 {
		parts = append(parts, count(s.Errors, "error"))
	}
	line := fmt.Sprintf("%s; policy %s@%s, kubernetes %s", strings.Join(parts, ", "), Escape(h.Policy.Name), h.Policy.Digest, h.Kubernetes)
	return line + s.lacking()
}

// ofWhich says how many of something are new, where a baseline knows any.
func (s Summary) ofWhich(young int) string {
	switch {
	case s.Known == 0:
		return ""
	case young == 0:
		return " (none new)"
	}
	return fmt.Sprintf(" (%d new)", young)
}

// lacking names the rules that could not be judged, by what nobody could tell
// of how many objects.
func (s Summary) lacking() string {
	type lack struct {
		needs   string
		objects int
	}
	rules := map[lack][]string{}
	for n, objects := range s.missing {
		at := lack{n.Needs, objects}
		rules[at] = append(rules[at], n.Rule)
	}
	var text strings.Builder
	for _, at := range slices.SortedFunc(maps.Keys(rules), func(a, b lack) int {
		return cmp.Or(strings.Compare(a.needs, b.needs), cmp.Compare(b.objects, a.objects))
	}) {
		slices.Sort(rules[at])
		fmt.Fprintf(&text, "\nnot judged without %s: %s (%s)", Escape(at.needs), Escape(strings.Join(rules[at], ", ")), count(at.objects, "object"))
	}
	return text.String()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
