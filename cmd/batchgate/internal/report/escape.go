package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// harmful tells whether a character could move a cursor, turn the direction of
// the text around or break a line.
func harmful(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// Escape shows such characters as \u001b.
func Escape(text string) string {
	if strings.IndexFunc(text, harmful) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if harmful(r) {
			b.WriteString(escaped(r))
		} else {
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
