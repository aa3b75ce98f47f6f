package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheTutorialShowsWhatHappens follows the tutorial: it writes the files that
// the page shows, runs its commands and compares what they print. With -update it
// writes the page.
func TestTheTutorialShowsWhatHappens(t *testing.T) {
	t.Parallel()
	name := filepath.Join("..", "..", "policies", "TUTORIAL.md")
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	reader := &pupil{dir: t.TempDir()}
	followed := reader.follow(t, string(page))
	if reader.commands < 8 || reader.files < 5 {
		t.Errorf("the page has %d commands and %d files", reader.commands, reader.files)
	}
	if loose := regexp.MustCompile("`batchgate [^`]*`").FindString(string(page)); loose != "" {
		t.Errorf("nobody runs %s; expected it in a block", loose)
	}
	if update() {
		if err := os.WriteFile(name, []byte(followed), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(withoutDigests(string(page)), withoutDigests(followed)); diff != "" {
		t.Errorf("go test ./cmd/batchgate -run Tutorial -update writes the page (-page +what happens)\n%s", diff)
	}
}

// withoutDigests leaves out what every change of a bundled rule changes.
func withoutDigests(text string) string {
	return regexp.MustCompile(`@[0-9a-f]{8}\b`).ReplaceAllString(text, "@DIGEST")
}

// pupil does what a page says, in a directory.
type pupil struct {
	dir             string
	commands, files int
}

// follow gives the page as it would be if it showed what happens. A fenced block
// is a file when a line that begins with its path in backticks stands above it,
// and a session when its language is console: after each `$ ` and command what it
// prints, `# exits N` at its end for another status than 0.
func (p *pupil) follow(t *testing.T, page string) string {
	t.Helper()
	var out strings.Builder
	above, rest := "", page
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		rest = after
		out.WriteString(line + "\n")
		language, fenced := strings.CutPrefix(line, "```")
		if !fenced {
			if strings.TrimSpace(line) != "" {
				above = line
			}
			continue
		}
		block, after, closed := strings.Cut(rest, "```\n")
		if !closed {
			t.Fatalf("a block below %q has no end", above)
		}
		rest = after
		file := regexp.MustCompile("^`([^`]+)`.*:$").FindStringSubmatch(above)
		switch {
		case language == "console":
			block = p.session(t, block)
		case file != nil:
			p.write(t, file[1], block)
		default:
			t.Errorf("nobody knows what to do with the block below %q", above)
		}
		out.WriteString(block + "```\n")
		above = ""
	}
	return out.String()
}

func (p *pupil) write(t *testing.T, name, text string) {
	t.Helper()
	p.files++
	name = filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// session runs the commands of a block. The one that builds batchgate has no
// prompts, and has happened already.
func (p *pupil) session(t *testing.T, block string) string {
	t.Helper()
	if strings.HasPrefix(block, "make build\n") {
		return block
	}
	var out strings.Builder
	for line := range strings.Lines(block) {
		command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
		if !ok {
			continue
		}
		p.commands++
		out.WriteString("$ " + command + "\n" + p.run(t, command))
	}
	return out.String()
}

func (p *pupil) run(t *testing.T, command string) string {
	t.Helper()
	want := 0
	if _, status, ok := strings.Cut(command, "# exits "); ok {
		var err error
		if want, err = strconv.Atoi(status); err != nil {
			t.Fatalf("%s: %v", command, err)
		}
	}
	var printed bytes.Buffer
	shell := exec.CommandContext(t.Context(), "sh", "-c", command)
	shell.Dir = p.dir
	shell.Env = append(os.Environ(), "NO_COLOR=1")
	shell.Stdout, shell.Stderr = &printed, &printed
	err := shell.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := shell.ProcessState.ExitCode(); got != want {
		t.Errorf("%s: exit status %d, want %d\n%s", command, got, want, printed.String())
	}
	return printed.String()
}
