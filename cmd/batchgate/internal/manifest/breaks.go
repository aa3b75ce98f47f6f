package manifest

import (
	"bytes"
	"unicode/utf8"
)

// breaks are the lines of YAML in a text where they are not those of everybody else: it
// ends a line also at NEL, LS, PS and a carriage return alone, editors and the pages
// that show code do not. It is nil where the two agree.
type breaks struct {
	text   []byte
	starts []int // of the lines of YAML
}

func newBreaks(text []byte) *breaks {
	if !strangeBreak(text) {
		return nil
	}
	b := &breaks{text: text, starts: []int{0}}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == '\r' && at+1 < len(text) && text[at+1] == '\n' {
			size = 2
		}
		at += size
		switch r {
		case '\n', '\r', '\u0085', '\u2028', '\u2029':
			b.starts = append(b.starts, at)
		}
	}
	return b
}

// place is where an editor shows what YAML has at a line and column, both from 1.
func (b *breaks) place(line, column int) Place {
	if b == nil || line < 1 || line > len(b.starts) {
		return Place{Line: line, Column: column}
	}
	at := b.starts[line-1]
	for ; column > 1 && at < len(b.text); column-- {
		_, size := utf8.DecodeRune(b.text[at:])
		at += size
	}
	return placeOf(b.text, at)
}

// placeOf is the place of a byte of a text, in the lines of editors.
func placeOf(text []byte, offset int) Place {
	before := text[:offset]
	return Place{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]),
	}
}
