package config

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// longestTypo bounds the names that are compared; nobody mistypes a longer one.
const longestTypo = 64

// Nearest returns the candidate that name is most likely a misspelling of, or ""
// when none is close. Of equally near ones the first is taken. Capitals
// do not count.
func Nearest(name string, candidates []string) string {
	if name == "" || len(name) > longestTypo {
		return ""
	}
	name = strings.ToLower(name)
	best, least := "", max(2, len(name)/3)+1
	for _, candidate := range candidates {
		if len(candidate) > longestTypo {
			continue
		}
		if d := levenshtein.ComputeDistance(name, strings.ToLower(candidate)); d < least && d < len(candidate) {
			best, least = candidate, d
		}
	}
	return best
}
