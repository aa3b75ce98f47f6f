package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// mostAnnotations is what a step of a workflow shows of errors, and of warnings
// again. The rest is in its log.
const mostAnnotations = 10

// GitHub is the report as commands to the runner of a workflow, which shows them
// at the lines of a pull request: refusals first, since it shows only some.
type GitHub struct {
	out              io.Writer
	head             Head
	errors, warnings []string // commands
}

// NewGitHub writes to out.
func NewGitHub(out io.Writer, h Head) *GitHub { return &GitHub{out: out, head: h} }

// Object takes one object. Its commands are kept until all are known.
func (g *GitHub) Object(o *Object) error {
	if o.Error != nil {
		g.errors = append(g.errors, g.command("error", o, o.Error.Line, o.Error.Column, ruleUnreadable, Escape(clip(o.Error.Message, longestSentence))))
		return nil
	}
	o.each(func(of *Object, prefix string, f Finding) {
		if f.Known {
			return
		}
		text := title(of) + ": " + prefix + f.sentence()
		switch f.Does() {
		case Enforce:
			g.errors = append(g.errors, g.command("error", o, f.Line, f.Column, ruleName(f), text))
		case Warn:
			g.warnings = append(g.warnings, g.command("warning", o, f.Line, f.Column, ruleName(f), text))
		}
	})
	return nil
}

// Close writes the commands.
func (g *GitHub) Close(s Summary) error {
	var b strings.Builder
	for _, all := range [][]string{g.errors, g.warnings} {
		for i, line := range all {
			if i == mostAnnotations {
				fmt.Fprintf(&b, "::group::%d more\n", len(all)-i)
			}
			b.WriteString(line)
		}
		if len(all) > mostAnnotations {
			b.WriteString("::endgroup::\n")
		}
	}
	for _, line := range lines(s.Line(g.head)) {
		fmt.Fprintf(&b, "::notice title=batchgate::%s\n", dataOf(s.Verdict(g.head)+" ("+line+")"))
		break
	}
	_, err := io.WriteString(g.out, b.String())
	return err
}

// command is a line that the runner understands.
func (g *GitHub) command(kind string, o *Object, line, column int, title, text string) string {
	path, at := g.head.filedAt(o, line)
	where := "file=" + propertyOf(filepath.ToSlash(path))
	if at > 0 {
		where += fmt.Sprintf(",line=%d", at)
		if column > 0 {
			where += fmt.Sprintf(",col=%d", column)
		}
	}
	return fmt.Sprintf("::%s %s,title=%s::%s\n", kind, where, propertyOf(title), dataOf(text))
}

// dataOf and propertyOf escape what ends a command, or a part of it.
func dataOf(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func propertyOf(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(Escape(text))
}
