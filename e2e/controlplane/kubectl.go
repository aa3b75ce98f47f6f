package controlplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Result is what a command answered.
type Result struct {
	Stdout, Stderr string
	Output         string // both, in the order in which a user sees them
	Code           int    // exit status; -1 when the command did not run to its end
}

// Kubectl runs the kubectl of the control plane's version with every right, stdin as its standard input. Nothing of the
// caller's own kubectl configuration is used.
func (c *ControlPlane) Kubectl(ctx context.Context, stdin string, args ...string) Result {
	cmd := exec.CommandContext(ctx, c.binaries.path("kubectl"), args...)
	cmd.Env = c.environment()
	cmd.Stdin = strings.NewReader(stdin)
	return Run(cmd)
}

// environment is that of a user who has nothing but this cluster.
func (c *ControlPlane) environment() []string {
	return []string{
		"KUBECONFIG=" + c.Kubeconfig(),
		"HOME=" + filepath.Join(c.dir, "home"),
		"PATH=" + c.binaries.Dir + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
}

// Run runs a command to its end.
func Run(cmd *exec.Cmd) Result {
	var both transcript
	stdout, stderr := stream{all: &both}, stream{all: &both}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	code := 0
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		code = -1
		fmt.Fprintln(&stderr, err)
	}
	return Result{Stdout: stdout.own.String(), Stderr: stderr.own.String(), Output: both.text.String(), Code: code}
}

// transcript is what several streams wrote, in order.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// stream is one of them.
type stream struct {
	own bytes.Buffer
	all *transcript
}

func (s *stream) Write(p []byte) (int, error) {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	s.all.text.Write(p)
	return s.own.Write(p)
}
