package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// Apply makes the edits in the bytes of a file. Byte order mark, line endings and
// everything that is not edited stay as they are.
func Apply(data []byte, edits []Edit) ([]byte, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("it is not UTF-8; save it as such first")
	}
	mark := ""
	if text, found := bytes.CutPrefix(data, []byte("\ufeff")); found {
		mark, data = "\ufeff", text
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	// From behind, so that what is before stays in its place. Of those at one place
	// the first one planned comes first.
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for i := len(edits) - 1; i >= 0; i-- {
		e := edits[i]
		if e.Line < 1 || e.Line > len(lines) {
			return nil, errors.New("it has changed since")
		}
		line := lines[e.Line-1]
		body := strings.TrimRight(string(line), "\r\n")
		ending := string(line[len(body):])
		runes := []rune(body)
		if e.Column < 1 || e.Column-1+e.Length > len(runes) {
			return nil, errors.New("it has changed since")
		}
		newline := ending
		if newline == "" { // the last line: as the one before it
			newline = "\n"
			if e.Line > 1 && bytes.HasSuffix(lines[e.Line-2], []byte("\r\n")) {
				newline = "\r\n"
			}
		}
		text := strings.ReplaceAll(e.Text, "\n", newline)
		lines[e.Line-1] = []byte(string(runes[:e.Column-1]) + text + string(runes[e.Column-1+e.Length:]) + ending)
	}
	return append([]byte(mark), bytes.Join(lines, nil)...), nil
}
