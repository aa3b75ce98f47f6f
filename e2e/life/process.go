package life

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	killed  = 128 + int32(syscall.SIGKILL)
	noStart = 128 // what runtimes answer when a command cannot be started
)

// run runs the command of a container to its end and returns its exit code. It calls ready when the readiness probe
// passes for the first time.
func (p *pod) run(ctx context.Context, container corev1.Container, ready func()) int32 {
	line := append(append([]string(nil), container.Command...), container.Args...)
	switch {
	case strings.Contains(container.Image, "/pause:"):
		return p.pause(ctx)
	case len(line) == 0:
		line = []string{"sh", "-c", ":"} // the shell of busybox, which ends at once without input
	}
	cmd, err := p.command(ctx, container, line)
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "life: container %s of Pod %s/%s: %v\n", container.Name, p.Namespace, p.Name, err)
		return noStart
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	// The probe is over before the end is reported: a container that has ended does not become ready.
	probed, stop := context.WithCancel(ctx)
	var probe sync.WaitGroup
	if container.ReadinessProbe != nil && container.ReadinessProbe.Exec != nil {
		probe.Go(func() { p.probe(probed, container, ready) })
	}
	code := exitCode(p.wait(ctx, cmd, ended))
	stop()
	probe.Wait()
	return code
}

// pause is the image of that name: it does nothing until it is told to end, and then ends well.
func (p *pod) pause(ctx context.Context) int32 {
	select {
	case <-p.terminating:
		return 0
	case <-ctx.Done():
		return killed
	}
}

// wait returns how the process ended: by itself, or because its Pod is to end, within the grace period or after it.
func (p *pod) wait(ctx context.Context, cmd *exec.Cmd, ended <-chan error) error {
	group := -cmd.Process.Pid
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	case <-p.terminating:
		_ = syscall.Kill(group, syscall.SIGTERM)
		grace := 30 * time.Second
		if p.Spec.TerminationGracePeriodSeconds != nil {
			grace = time.Duration(*p.Spec.TerminationGracePeriodSeconds) * time.Second
		}
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case err := <-ended:
			return err
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	return <-ended
}

// probe asks the readiness probe until it passes.
func (p *pod) probe(ctx context.Context, container corev1.Container, ready func()) {
	period := max(1, container.ReadinessProbe.PeriodSeconds)
	tick := time.NewTicker(time.Duration(period) * time.Second)
	defer tick.Stop()
	for {
		cmd, err := p.command(ctx, container, container.ReadinessProbe.Exec.Command)
		if err == nil && cmd.Run() == nil && ctx.Err() == nil {
			ready()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// command is a command of a container as a process of this machine: a directory takes the place of each volume, and bash
// that of busybox's shell, since the shell of this machine may know less.
func (p *pod) command(ctx context.Context, container corev1.Container, line []string) (*exec.Cmd, error) {
	var mounts []string
	for _, mount := range container.VolumeMounts {
		if !strings.Contains(strings.Join(line, "\n"), mount.MountPath) {
			continue
		}
		dir, err := p.volume(mount.Name)
		if err != nil {
			return nil, err
		}
		mounts = append(mounts, mount.MountPath, dir)
	}
	volumes := strings.NewReplacer(mounts...)
	words := make([]string, len(line))
	for i, word := range line {
		words[i] = volumes.Replace(word)
	}
	if filepath.Base(words[0]) == "sh" {
		words[0] = "bash"
	}
	work := filepath.Join(p.dir, "pods", string(p.UID))
	if err := os.MkdirAll(work, 0o755); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = work
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, p.environment(container)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd, nil
}

// environment is what the container says, with the labels and annotations of its Pod, which carry the index of an
// Indexed Job.
func (p *pod) environment(container corev1.Container) []string {
	var variables []string
	for _, variable := range container.Env {
		value := variable.Value
		if from := variable.ValueFrom; from != nil && from.FieldRef != nil {
			value = p.field(from.FieldRef.FieldPath)
		}
		variables = append(variables, variable.Name+"="+value)
	}
	return variables
}

func (p *pod) field(path string) string {
	for prefix, values := range map[string]map[string]string{
		"metadata.labels['":      p.Labels,
		"metadata.annotations['": p.Annotations,
	} {
		if key, ok := strings.CutPrefix(path, prefix); ok {
			return values[strings.TrimSuffix(key, "']")]
		}
	}
	return ""
}

// exitCode is how a container runtime tells the end of a process.
func exitCode(err error) int32 {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		return noStart
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int32(status.Signal())
	}
	return int32(exit.ExitCode())
}
