//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestAFixThatIsKilledLeavesTheOldFileOrTheNew kills it at some moment, again and
// again, and reads every file.
func TestAFixThatIsKilledLeavesTheOldFileOrTheNew(t *testing.T) {
	t.Parallel()
	const files, kills = 60, 15
	x := newFixer(t)
	dir := t.TempDir()
	before, after := map[string]string{}, map[string]string{}
	for i := range files {
		path := filepath.Join(dir, fmt.Sprintf("%02d.yaml", i))
		before[path] = fmt.Sprintf("# %d\n%s", i, job)
		after[path], _, _ = x.fixed(t, before[path], false)
	}
	program := itself(t)
	within := 0
	for range kills {
		for path, text := range before {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), program, "fix", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Until the first file is written, and then for a moment.
		first := filepath.Join(dir, "00.yaml")
		for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(time.Millisecond) {
			if text, err := os.ReadFile(first); err != nil || string(text) != before[first] {
				break
			}
		}
		time.Sleep(rand.N(40 * time.Millisecond))
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		old, made := 0, 0
		for path := range before {
			text, err := os.ReadFile(path)
			switch {
			case err != nil:
				t.Fatal(err)
			case string(text) == before[path]:
				old++
			case string(text) == after[path]:
				made++
			default:
				t.Fatalf("%s is neither:\n%s", path, text)
			}
		}
		if old > 0 && made > 0 {
			within++
		}
	}
	if within == 0 {
		t.Errorf("none of %d kills came while files were written", kills)
	}
}
