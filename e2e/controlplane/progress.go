package controlplane

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/term"
)

// meter shows how far a build is: one line that changes on a terminal, a line per tenth elsewhere.
type meter struct {
	out        io.Writer
	terminal   bool
	title      string
	now        string // what is being built
	total      int    // packages in all
	seen       map[string]bool
	downloaded int
	printed    int // the last tenth that was printed
	started    time.Time
	announced  bool
}

func newMeter(out io.Writer, title string) *meter {
	m := &meter{out: out, title: title, seen: map[string]bool{}, printed: -1, started: time.Now()}
	if file, ok := out.(*os.File); ok {
		m.terminal = term.IsTerminal(int(file.Fd()))
	}
	return m
}

// announce says once what the figures are about. A build in which nothing is compiled says nothing.
func (m *meter) announce() {
	if !m.announced {
		m.announced = true
		fmt.Fprintln(m.out, m.title)
	}
}

// count finds out how many packages there are, and downloads the modules they are in.
func (m *meter) count(ctx context.Context, module string, packages ...string) error {
	args := append([]string{"list", "-deps"}, packages...)
	cmd := goCommand(ctx, module, args...)
	var list strings.Builder
	cmd.Stdout = &list
	if err := m.run(cmd); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	m.total = strings.Count(list.String(), "\n")
	return nil
}

func (m *meter) program(name string) {
	m.now, m.printed = name, -1
	m.show()
}

// run runs a go command and counts what it reports on stderr; what is neither a package nor a download is an error text.
func (m *meter) run(cmd *exec.Cmd) error {
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var complaints []string
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "go: downloading "):
			m.downloaded++
			m.show()
		case strings.ContainsAny(line, " \t:"):
			complaints = append(complaints, line)
		default:
			m.seen[line] = true
			m.show()
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w\n%s", err, strings.Join(complaints, "\n"))
	}
	return nil
}

// show prints the state. Packages that the Go build cache holds are never compiled, so the count may end below the total.
func (m *meter) show() {
	m.announce()
	text := fmt.Sprintf("  %d modules downloaded", m.downloaded)
	tenth := m.downloaded / 100
	if m.total > 0 {
		percent := min(100, 100*len(m.seen)/m.total)
		tenth = 100 + percent/10
		text = fmt.Sprintf("  %3d %%  %d of %d packages, now %s", percent, len(m.seen), m.total, m.now)
	}
	switch {
	case m.terminal:
		fmt.Fprintf(m.out, "\r\x1b[K%s", text)
	case tenth > m.printed:
		m.printed = tenth
		fmt.Fprintln(m.out, text)
	}
}

// end takes the changing line away.
func (m *meter) end() {
	if m.terminal && m.announced {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}

func (m *meter) success() {
	m.end()
	if !m.announced {
		return
	}
	fmt.Fprintf(m.out, "  built in %s\n", time.Since(m.started).Round(time.Second))
}
