package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

var errUnexpected = errors.New("the demo did not go as it should")

// play carries out the steps one after the other and says at the end whether all went as they should.
func (s *stage) play(ctx context.Context, out *paper, steps []step) error {
	var wrong []string
	for i, step := range steps {
		out.heading(i+1, len(steps), step)
		result := s.do(ctx, step)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		refused := result.Code != 0
		out.answer(result.Output, refused)
		if refused != step.refused {
			wrong = append(wrong, fmt.Sprintf("step %d, %q: exit status %d", i+1, step.heading, result.Code))
			continue
		}
		if step.file == "" {
			continue
		}
		written, filled, err := s.filled(step)
		if err != nil {
			return fmt.Errorf("%s: %w", step.file, err)
		}
		if written == filled {
			wrong = append(wrong, fmt.Sprintf("step %d, %q: nothing was filled in", i+1, step.heading))
		}
		out.diff(written, filled)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w:\n  %s", errUnexpected, strings.Join(wrong, "\n  "))
	}
	return nil
}

// do does what the user does, where the user stands: in the root of the checkout.
func (s *stage) do(ctx context.Context, step step) controlplane.Result {
	if step.tool == "kubectl" {
		args := append([]string{}, step.args...)
		for i, arg := range args {
			if strings.HasPrefix(arg, examples) {
				args[i] = filepath.Join(s.root, arg)
			}
		}
		result := controlplane.Show(s.cluster.KubectlCommand(ctx, "", args...))
		// What the user would have typed is a relative path; an error repeats it.
		result.Output = strings.ReplaceAll(result.Output, s.root+string(os.PathSeparator), "")
		return result
	}
	cmd := exec.CommandContext(ctx, s.binary, step.args...)
	cmd.Dir = s.root
	return controlplane.Show(cmd)
}

// filled is the manifest as it was written and as the gate completed it, both as YAML. What the gate did is what the API
// server's audit log says it did.
func (s *stage) filled(step step) (written, filled string, err error) {
	manifest, err := os.ReadFile(filepath.Join(s.root, examples, step.file))
	if err != nil {
		return "", "", err
	}
	resource, name, _ := strings.Cut(step.object, "/")
	events, err := s.cluster.AuditEvents(controlplane.Named(resource, "default", name))
	if err != nil {
		return "", "", err
	}
	for _, event := range events {
		operations, err := controlplane.Patched(event)
		if err != nil {
			return "", "", err
		}
		if len(operations) > 0 {
			return completed(manifest, operations)
		}
	}
	return completed(manifest, nil)
}
