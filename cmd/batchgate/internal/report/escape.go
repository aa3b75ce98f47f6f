package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// harmful tells whether a character could move a cursor, turn the direction of
// the text around or break a line.
func harmful(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// Escape shows such characters as \u001b, and bytes that are no text as \x9b.
func Escape(text string) string {
	if strings.IndexFunc(text, harmful) < 0 && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case harmful(r):
			b.WriteString(escaped(r))
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, text[i]) // no text; some terminals obey such bytes, too
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// EscapeJSON does so in JSON, whose own line breaks stay.
func EscapeJSON(text []byte) []byte {
	bad := func(r rune) bool { return r != '\n' && harmful(r) }
	if bytes.IndexFunc(text, bad) < 0 {
		return text
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		if bad(r) {
			b.WriteString(escaped(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}

func escaped(r rune) string {
	if high, low := utf16.EncodeRune(r); r > 0xffff {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// clip shortens what would flood a terminal.
func clip(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
