package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
)

// changedSince tells the files that differ from where a branch left a revision:
// committed, not committed yet, or not known to git at all. The standard input has
// always changed.
func changedSince(ctx context.Context, revision string) (func(manifest.File) bool, error) {
	if strings.HasPrefix(revision, "-") {
		return nil, fmt.Errorf("--changed-since %q: expected a revision, such as origin/main", revision)
	}
	root, err := git(ctx, "", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	top := strings.TrimSuffix(string(root), "\n")
	base, err := git(ctx, top, "merge-base", revision, "HEAD")
	if err != nil {
		// A shallow clone knows no common ancestor; the revision itself may be there.
		if base, err = git(ctx, top, "rev-parse", "--verify", "--quiet", revision+"^{commit}"); err != nil {
			return nil, fmt.Errorf("--changed-since %s: there is no such revision here; in a shallow clone, fetch it first: git fetch origin main", revision)
		}
	}
	tracked, err := git(ctx, top, "diff", "--name-only", "--no-renames", "-z", strings.TrimSpace(string(base)), "--")
	if err != nil {
		return nil, err
	}
	others, err := git(ctx, top, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for _, name := range bytes.Split(append(tracked, others...), []byte{0}) {
		if len(name) > 0 {
			changed[resolved(filepath.Join(top, filepath.FromSlash(string(name))))] = true
		}
	}
	return func(f manifest.File) bool { return f.Path == manifest.Stdin || changed[resolved(f.Path)] }, nil
}

// resolved is the absolute path of a file, without links where it exists.
func resolved(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if followed, err := filepath.EvalSymlinks(path); err == nil {
		path = followed
	}
	return path
}

func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("git %s: %s", args[0], bytes.TrimSpace(exit.Stderr))
	}
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("--changed-since needs git, which is not installed")
	}
	return out, err
}
