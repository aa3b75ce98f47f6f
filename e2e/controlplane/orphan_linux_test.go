package controlplane

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// parentOfAProgram marks a run of this test binary that starts a program and waits to be killed.
const parentOfAProgram = "BATCHGATE_TEST_PARENT"

func TestAProgramEndsWithItsParent(t *testing.T) {
	if dir := os.Getenv(parentOfAProgram); dir != "" {
		p, err := command{name: "sleep", dir: dir, path: "/bin/sleep", args: []string{"600"}}.start()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("pid %d\n", p.pid())
		<-p.done
		return
	}
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), parentOfAProgram+"="+t.TempDir())
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscanf(line, "pid %d", &pid); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if !running(pid) {
		t.Fatalf("process %d does not run, expected it to until its parent ends", pid)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the parent ended well, expected it to be killed")
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for running(pid) {
		select {
		case <-deadline:
			t.Fatalf("process %d still runs 10s after its parent was killed", pid)
		case <-tick.C:
		}
	}
}

// running is false for a process that has ended and that nobody has asked about yet.
func running(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(pid), "stat"))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
