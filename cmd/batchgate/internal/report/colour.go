package report

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Colour decides once whether a writer gets colours: never where NO_COLOR is
// set, always where FORCE_COLOR or CLICOLOR_FORCE is, else on a terminal.
func Colour(w io.Writer, env func(string) string) bool {
	if env("NO_COLOR") != "" {
		return false
	}
	for _, name := range []string{"FORCE_COLOR", "CLICOLOR_FORCE"} {
		if value := env(name); value != "" && value != "0" {
			return true
		}
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && env("TERM") != "dumb"
}

// paint is the escape sequence of a style.
type paint string

const (
	bold   paint = "1"
	red    paint = "1;31"
	yellow paint = "33"
	green  paint = "32"
	dim    paint = "2"
)

// brush paints, or does not.
type brush bool

func (b brush) paint(p paint, text string) string {
	if !b || text == "" {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}
