package dryrun

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What the API server sends at most, in runes.
const (
	maxTotal = 4 << 10
	maxItem  = 256
)

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
