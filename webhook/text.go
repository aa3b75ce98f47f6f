package webhook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/batchgate/batchgate/policies/engine"
)

// What the API server and its clients carry. A warning with a newline is
// dropped by clients, one of more than 256 runes is cut, 4096 runes in all. The
// engine keeps to less; this is for whatever else could come.
const (
	maxWarning  = 250
	maxWarnings = 30
	maxMessage  = 8 << 10
	maxCause    = 1 << 10
	maxAudit    = 16 << 10
	maxAuditKey = 63
)

func warnings(in []string) []string {
	if len(in) > maxWarnings {
		in = in[:maxWarnings]
	}
	out := make([]string, 0, len(in))
	for _, w := range in {
		if w = strings.TrimSpace(clean(w, false)); w != "" {
			out = append(out, engine.Bounded(w, maxWarning))
		}
	}
	return out
}

// clean replaces what must not reach a terminal or a header, and newlines
// unless lines is set.
func clean(s string, lines bool) string {
	if !lines {
		return engine.OneLine(s)
	}
	kept := strings.Split(s, "\n")
	for i, line := range kept {
		kept[i] = engine.OneLine(line)
	}
	return strings.Join(kept, "\n")
}

// audit makes annotations that the API server accepts: it drops a key that is
// not a qualified name once "mutate.batchgate.dev/" stands before it.
func audit(in map[string]string) map[string]string {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string]string, len(in))
	for key, value := range in {
		if key = auditKey(key); key != "" {
			out[key] = engine.Bounded(clean(value, false), maxAudit)
		}
	}
	return out
}

func auditKey(key string) string {
	key = strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.", r)) {
			return r
		}
		return '-'
	}, key)
	if len(key) > maxAuditKey {
		key = key[:maxAuditKey]
	}
	return strings.Trim(key, "-_.")
}
