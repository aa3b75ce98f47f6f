package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// paper is what the demo is written on. It is coloured on a terminal, unless NO_COLOR says otherwise.
type paper struct {
	out      io.Writer
	coloured bool
}

func newPaper(out io.Writer) *paper {
	file, ok := out.(*os.File)
	coloured := ok && term.IsTerminal(int(file.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return &paper{out: out, coloured: coloured}
}

type style string

const (
	bold  style = "1"
	faint style = "2"
	red   style = "31"
	green style = "32"
	blue  style = "1;34"
)

const (
	margin = "    "
	width  = 96
)

func (p *paper) in(s style, text string) string {
	if !p.coloured || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func (p *paper) line(text string) { fmt.Fprintln(p.out, strings.TrimRight(text, " ")) }

func (p *paper) title(name, what string) {
	p.line(p.in(bold, name) + p.in(faint, "  "+what))
}

func (p *paper) done(what string, took time.Duration) {
	p.line(fmt.Sprintf("%s %-78s %s", p.in(green, "✓"), what, p.in(faint, took.Round(100*time.Millisecond).String())))
}

func (p *paper) heading(number, of int, s step) {
	p.line("")
	p.line(p.in(blue, fmt.Sprintf("%d/%d  %s", number, of, s.heading)))
	for _, text := range wrap(s.story, width-len(margin)) {
		p.line(margin + p.in(faint, text))
	}
	p.line("")
	p.line(margin + p.in(bold, "$ "+s.tool+" "+strings.Join(s.args, " ")))
}

// answer prints what the tool printed, unchanged but for the margin.
func (p *paper) answer(text string, refused bool) {
	for _, each := range split(text) {
		switch {
		case strings.HasPrefix(each, "Warning:"):
			each = p.in(bold, each)
		case refused:
			each = p.in(red, each)
		}
		p.line(margin + each)
	}
}

// diff prints a manifest with what was filled in.
func (p *paper) diff(before, after string) {
	p.line("")
	p.line(margin + "filled in by batchgate:")
	for _, each := range compare(before, after) {
		text := string(each.mark) + " " + each.text
		switch each.mark {
		case '+':
			text = p.in(green, text)
		case '-':
			text = p.in(red, text)
		default:
			text = p.in(faint, text)
		}
		p.line(margin + text)
	}
}

// wrap breaks a text into lines of at most so many characters, at spaces.
func wrap(text string, most int) []string {
	var lines []string
	var current string
	for _, word := range strings.Fields(text) {
		if current != "" && len(current)+1+len(word) > most {
			lines = append(lines, current)
			current = ""
		}
		current = strings.TrimSpace(current + " " + word)
	}
	return append(lines, current)
}
