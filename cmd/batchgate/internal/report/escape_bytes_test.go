package report

import "testing"

func TestBytesThatAreNoTextReachNoTerminal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\x9b31mred\xff.yaml": `a\x9b31mred\xff.yaml`, // 0x9b begins a sequence on an 8-bit terminal
		"a\xe2\x80":            `a\xe2\x80`,
		"a�b":                  "a�b",
		"ä\x1b[2J":             `ä\u001b[2J`,
	} {
		if got := Escape(text); got != want {
			t.Errorf("%q: got %q, expected %q", text, got, want)
		}
	}
}
