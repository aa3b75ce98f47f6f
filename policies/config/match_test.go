package config

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGlobAgreesWithARegularExpression(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringOf(rapid.SampledFrom([]rune("ab*."))).Draw(t, "pattern")
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab."))).Draw(t, "text")
		parts := strings.Split(pattern, "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		want := regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`).MatchString(text)
		if glob(pattern, text) != want {
			t.Errorf("glob(%q, %q) is %t", pattern, text, !want)
		}
	})
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		word       string
		candidates []string
		want       string
	}{
		"one letter off":                  {"wran", []string{"enforce", "warn"}, "warn"},
		"the nearest of two":              {"limits.cpu2", []string{"limits.cpus1", "limits.cpu"}, "limits.cpu"},
		"the first of two equally near":   {"ba", []string{"bab", "bac"}, "bab"},
		"nothing near":                    {"pod-security", []string{"warn"}, ""},
		"no word":                         {"", []string{"a"}, ""},
		"a word that shares no letter":    {"x", []string{"ab", "c"}, ""},
		"a word nobody can have mistyped": {strings.Repeat("a", 65), []string{strings.Repeat("a", 64)}, ""},
		"a candidate that is too long":    {strings.Repeat("a", 64), []string{strings.Repeat("a", 65)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Nearest(test.word, test.candidates); got != test.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestModesAreCapped(t *testing.T) {
	t.Parallel()
	modes := []Mode{Off, Audit, Warn, Enforce}
	for i, m := range modes {
		for j, limit := range modes {
			if got := m.Cap(limit); got != modes[min(i, j)] {
				t.Errorf("%s capped by %s is %s", m, limit, got)
			}
			if m.Stronger(limit) != (i > j) {
				t.Errorf("%s stronger than %s is %t", m, limit, i <= j)
			}
		}
		if m.Cap("") != m {
			t.Errorf("%s without a cap is %s", m, m.Cap(""))
		}
	}
}
