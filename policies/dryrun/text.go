package dryrun

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What the webhook sends at most. A test holds them to the webhook itself,
// which this package cannot import.
const (
	maxWarning  = 120
	maxWarnings = 30
	maxDenial   = 8 << 10
	maxCauses   = 50
	maxCause    = 1 << 10
	maxAudit    = 16 << 10
)

// What the API server sends at most, in runes.
const (
	maxTotal = 4 << 10
	maxItem  = 256
)

func webhookWarnings(in []string) []string {
	if len(in) > maxWarnings {
		in = in[:maxWarnings]
	}
	var out []string
	for _, w := range in {
		if w = strings.TrimSpace(clean(w, false)); w != "" {
			out = append(out, cut(w, maxWarning))
		}
	}
	return out
}

// clean replaces what is not printable, and newlines unless lines is set.
func clean(s string, lines bool) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' && lines || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// cut shortens s to at most n runes.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// recorder keeps warnings as the API server does: each text once, none with a
// control character, and all of them cut once they are too much together.
type recorder struct {
	seen  map[string]bool
	texts []string
}

func (w *recorder) add(texts ...string) {
	for _, text := range texts {
		if text == "" || w.seen[text] {
			continue
		}
		if w.seen == nil {
			w.seen = map[string]bool{}
		}
		w.seen[text] = true
		if utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0 {
			w.texts = append(w.texts, text)
		}
	}
}

func (w *recorder) sent() []string {
	total := 0
	for i, text := range w.texts {
		if total += utf8.RuneCountInString(text); total > maxTotal {
			return w.truncated(i)
		}
	}
	return w.texts
}

// truncated replays everything cut, as the API server does when the warning at
// index over does not fit any more: all up to it, then what still begins
// within the limit.
func (w *recorder) truncated(over int) []string {
	var out []string
	total := 0
	for i, text := range w.texts {
		if i > over && total >= maxTotal {
			break
		}
		if runes := []rune(text); len(runes) > maxItem {
			text = string(runes[:maxItem])
		}
		total += utf8.RuneCountInString(text)
		out = append(out, text)
	}
	return out
}
