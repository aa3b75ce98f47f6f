package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	udiff "github.com/aymanbagabas/go-udiff"
	"golang.org/x/term"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// show writes a diff: as it is for programs, without what could do harm for people.
func (f *fixing) show(diff string) error {
	text := []byte(diff)
	if out, ok := f.streams.Out.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		parts := strings.Split(diff, "\t") // which do no harm
		for i, part := range parts {
			parts[i] = string(report.EscapeJSON([]byte(part)))
		}
		text = []byte(strings.Join(parts, "\t"))
	}
	_, err := f.streams.Out.Write(text)
	return err
}

// diffOf is what changes in a file, as git and diff -u print it.
func diffOf(path string, before, after []byte) string {
	name := strings.TrimPrefix(filepath.ToSlash(path), "/")
	if path == manifest.Stdin {
		name = "stdin"
	}
	return udiff.Unified(diffName("a/"+name), diffName("b/"+name), string(before), string(after))
}

// diffName is a name as patch and git apply read it: what could be taken for something
// else is quoted as in C, and behind one with a space stands a tab, where it ends.
func diffName(name string) string {
	var b strings.Builder
	quoted := false
	for i, r := range name {
		text := string(r)
		switch {
		case r == '"' || r == '\\':
			text, quoted = `\`+text, true
		case r == utf8.RuneError || report.Escape(text) != text:
			_, size := utf8.DecodeRuneInString(name[i:])
			text, quoted = "", true
			for _, c := range []byte(name[i : i+size]) {
				text += fmt.Sprintf(`\%03o`, c)
			}
		}
		b.WriteString(text)
	}
	switch {
	case quoted:
		return `"` + b.String() + `"`
	case strings.Contains(name, " "):
		return name + "\t"
	}
	return name
}
