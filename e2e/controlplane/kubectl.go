package controlplane

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Result is what a command answered.
type Result struct {
	Stdout, Stderr string
	Output         string // both
	Code           int    // exit status; -1 when the command did not run to its end
}

// Kubectl runs the kubectl of the control plane's version with every right, stdin as its standard input. Nothing of the
// caller's own kubectl configuration is used.
func (c *ControlPlane) Kubectl(ctx context.Context, stdin string, args ...string) Result {
	return Run(c.KubectlCommand(ctx, stdin, args...))
}

// KubectlCommand is the command that Kubectl runs.
func (c *ControlPlane) KubectlCommand(ctx context.Context, stdin string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.binaries.path("kubectl"), args...)
	cmd.Env = c.environment()
	cmd.Stdin = strings.NewReader(stdin)
	return cmd
}

// environment is that of a user who has nothing but this cluster.
func (c *ControlPlane) environment() []string {
	return []string{
		"KUBECONFIG=" + c.Kubeconfig(),
		"HOME=" + filepath.Join(c.dir, "home"),
		"PATH=" + c.binaries.Dir + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
}

// Run runs a command to its end, its two streams apart.
func Run(cmd *exec.Cmd) Result {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code, failure := ended(cmd.Run())
	stderr.WriteString(failure)
	return Result{Stdout: stdout.String(), Stderr: stderr.String(), Output: stdout.String() + stderr.String(), Code: code}
}

// Show runs a command to its end and keeps what a terminal would show: both
// streams through one pipe, in the order in which they were written.
func Show(cmd *exec.Cmd) Result {
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	code, failure := ended(cmd.Run())
	return Result{Output: both.String() + failure, Code: code}
}

// ended is the exit status of a command, or why it has none.
func ended(err error) (code int, failure string) {
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode(), ""
	case err != nil:
		return -1, err.Error() + "\n"
	}
	return 0, ""
}
