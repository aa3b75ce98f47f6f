package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// kept is what --keep leaves running, and where it is written down.
type kept struct{ dir string }

// newKept keeps its record in a directory, "" is one in the user's cache.
func newKept(dir string) (*kept, error) {
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil { // no HOME, as in some CI containers
			base = os.TempDir()
		}
		dir = filepath.Join(base, "batchgate", "demo")
	}
	k := &kept{dir: dir}
	return k, os.MkdirAll(k.cluster(), 0o755)
}

func (k *kept) cluster() string { return filepath.Join(k.dir, "cluster") }
func (k *kept) record() string  { return filepath.Join(k.dir, "running.json") }

// save writes down what runs and tells the user how to reach and how to stop it.
func (k *kept) save(s *stage, out *paper) error {
	text, err := json.Marshal(s.cluster.Pids())
	if err != nil {
		return err
	}
	if err := os.WriteFile(k.record(), text, 0o644); err != nil {
		return errors.Join(err, s.stop(out))
	}
	out.line("")
	out.line("The control plane is left running. Use it with")
	out.line("")
	out.line(margin + out.in(bold, "export KUBECONFIG="+s.cluster.Kubeconfig()))
	out.line("")
	out.line("and stop it with `make demo-stop`.")
	return nil
}

// stop ends what an earlier demo left running and removes its state. Nothing running is no error.
func (k *kept) stop(ctx context.Context, out *paper) error {
	pids, err := k.pids()
	if errors.Is(err, fs.ErrNotExist) {
		return k.clean()
	}
	if err != nil {
		return err
	}
	started := time.Now()
	for _, pid := range pids {
		if err := k.end(ctx, pid); err != nil {
			return err
		}
	}
	out.done("the demo that was left running is stopped", time.Since(started))
	return errors.Join(os.Remove(k.record()), k.clean())
}

// pids are the process ids of what runs, in the order to end them.
func (k *kept) pids() ([]int, error) {
	text, err := os.ReadFile(k.record())
	if err != nil {
		return nil, err
	}
	var pids []int
	if err := json.Unmarshal(text, &pids); err != nil {
		return nil, fmt.Errorf("%s: %w", k.record(), err)
	}
	return pids, nil
}

// end ends a process of ours. A process id that has since been given to another program is left alone: ours have the
// directory of the cluster in their command line.
func (k *kept) end(ctx context.Context, pid int) error {
	if !k.ours(ctx, pid) {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for k.ours(ctx, pid) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return syscall.Kill(pid, syscall.SIGKILL)
		case <-tick.C:
		}
	}
	return nil
}

func (k *kept) ours(ctx context.Context, pid int) bool {
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil && runtime.GOOS != "linux" {
		command, err = exec.CommandContext(ctx, "ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	}
	return err == nil && strings.Contains(string(command), k.cluster())
}

func (k *kept) clean() error {
	if err := os.RemoveAll(k.cluster()); err != nil {
		return err
	}
	return os.MkdirAll(k.cluster(), 0o755)
}
