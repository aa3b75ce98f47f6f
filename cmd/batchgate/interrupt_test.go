//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAnEndBeforeTheEndLeavesNothingBehind ends checks that still read, or still write.
func TestAnEndBeforeTheEndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	program := itself(t)
	// What this process ignores, as under nohup, its children would ignore, too; what it
	// listens to, they do not.
	for _, ignored := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(ignored) {
			listening := make(chan os.Signal, 1)
			signal.Notify(listening, ignored)
			t.Cleanup(func() { signal.Ignore(ignored) })
		}
	}
	for name, test := range map[string]struct {
		signal syscall.Signal // 0: whoever reads the report goes
		status int
	}{
		"by Ctrl-C":               {syscall.SIGINT, exitInterrupted},
		"by who cancels a job":    {syscall.SIGTERM, exitInterrupted},
		"by a terminal that goes": {syscall.SIGHUP, exitInterrupted},
		"by a reader that goes":   {0, exitPipe},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "report.json"), []byte("before\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, program, "check", "-o", "text", "-o", "json=report.json", "-o", "sarif=new.sarif", "-")
			cmd.Dir = dir
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for len(left(t, dir, ".batchgate-*")) < 2 && ctx.Err() == nil {
				time.Sleep(5 * time.Millisecond)
			}
			_ = out.Close()
			if test.signal != 0 {
				err = cmd.Process.Signal(test.signal)
			} else {
				_, err = in.Write([]byte(job))
				_ = in.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d, want %d", got, test.status)
			}
			if diff := cmp.Diff([]string{"report.json"}, left(t, dir, "*")); diff != "" {
				t.Errorf("files (-want +got)\n%s", diff)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "report.json")); err != nil || string(text) != "before\n" {
				t.Errorf("the report of before is %q, %v", text, err)
			}
		})
	}
}

// left are the files of a directory, those that begin with a dot too.
func left(t *testing.T, dir, pattern string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if matched, err := filepath.Match(pattern, entry.Name()); err != nil || matched {
			names = append(names, entry.Name())
		}
	}
	return names
}
