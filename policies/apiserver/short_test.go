package apiserver

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNothingEndlessIsShort(t *testing.T) {
	t.Parallel()
	part := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune(`0123456789.eE+-" :,{}a`+"\t\n\f")), 0, 6, -1),
		rapid.SampledFrom([]string{`"limits":{"cpu":`, `"divisor":`, `"sizeLimit":"`, "9999", "e999999", "-1E-99999", strings.Repeat("7", mostDigits)}),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), ""))
		if err := sized(text); err != nil && short(text) {
			t.Fatalf("%.200q is short: %v", text, err)
		}
	})
}

func TestAUIDIsShort(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"uid":"a3e45f10-4e21-4eb0-93e1-0c5e3e9ab012"}`: true,
		`{"image":"report:1e9"}`:                         false,
		`{"command":["sleep","-2e3"]}`:                   false,
		`{"a":12,"b":"x-3e4","cpu":"100m"}`:              true,
	} {
		if short([]byte(text)) != want {
			t.Errorf("%s: not %t", text, want)
		}
	}
}
