//go:build unix && !linux

package e2e

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// peakMemory is the resident size of a process, in bytes: its peak is not to be had here.
func peakMemory(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), "ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
