package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/unicode"
)

// itself is batchgate as a program of its own: the test binary under that name.
func itself(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "batchgate")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	return program
}

// TestMain lets scripts start batchgate: it is the test binary under that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"batchgate": func() {
		status := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		if path := os.Getenv(peakFile); path != "" {
			// What the kernel tells the parent counts the parent's own memory too: the
			// two are one until the program is loaded.
			told, err := os.ReadFile("/proc/self/status")
			if err == nil {
				err = os.WriteFile(path, told, 0o600)
			}
			if err != nil {
				panic(err)
			}
		}
		os.Exit(status)
	}})
}

// peakFile names the variable with the file that is told how much memory a run
// took at its peak.
const peakFile = "BATCHGATE_TEST_PEAK"

// update writes what is printed into the scripts that compare it.
func update() bool { return flag.Lookup("update").Value.String() == "true" }

var _ = flag.Bool("update", false, "write what is printed into testdata/script")

func TestScripts(t *testing.T) {
	t.Parallel()
	examples, err := filepath.Abs(filepath.Join("..", "..", "manifests", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       update(),
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"} {
				env.Setenv(name, "")
			}
			return os.CopyFS(filepath.Join(env.WorkDir, "examples"), os.DirFS(examples))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"mask":  mask,
			"crlf":  crlf,
			"utf16": utf16,
		},
	})
}

// exits runs a command and holds it to an exit status: exits 2 batchgate …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// mask writes what was printed to a file without what another build or another
// rule changes: mask stdout FILE.
func mask(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mask stdout|stderr|FILE FILE")
	}
	text := ts.ReadFile(args[0])
	text = regexp.MustCompile(`@[0-9a-f]{8}\b`).ReplaceAllString(text, "@DIGEST")
	text = regexp.MustCompile(`"digest": "[0-9a-f]{8}"`).ReplaceAllString(text, `"digest": "DIGEST"`)
	text = regexp.MustCompile(`\b(time|timestamp)="[^"]*"`).ReplaceAllString(text, `$1="TIME"`)
	text = regexp.MustCompile(`"version": "[^"]*"`).ReplaceAllString(text, `"version": "VERSION"`)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// utf16 writes a file in UTF-16 with a byte order mark: utf16 FROM TO.
func utf16(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: utf16 FROM TO")
	}
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out), 0o600))
}

// crlf writes a file with the line ends of Windows and a byte order mark: crlf
// FROM TO.
func crlf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: crlf FROM TO")
	}
	text := "\ufeff" + strings.ReplaceAll(ts.ReadFile(args[0]), "\n", "\r\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}
