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
	Code           int // exit status; -1 when the command did not run to its end
}

// Output is what a user sees: standard output, then standard error.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// Kubectl runs the kubectl of the control plane's version with every right, stdin as its standard input. Nothing of the
// caller's own kubectl configuration is used.
func (c *ControlPlane) Kubectl(ctx context.Context, stdin string, args ...string) Result {
	cmd := exec.CommandContext(ctx, c.binaries.path("kubectl"), args...)
	cmd.Env = c.environment()
	cmd.Stdin = strings.NewReader(stdin)
	return run(cmd)
}

// environment is that of a user who has nothing but this cluster.
func (c *ControlPlane) environment() []string {
	return []string{
		"KUBECONFIG=" + c.Kubeconfig(),
		"HOME=" + filepath.Join(c.dir, "home"),
		"PATH=" + c.binaries.Dir + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
}

func run(cmd *exec.Cmd) Result {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	result := Result{Stdout: stdout.String(), Stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		result.Code = exit.ExitCode()
	case err != nil:
		result.Code = -1
		result.Stderr += err.Error() + "\n"
	}
	return result
}
