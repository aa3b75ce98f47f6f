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

// unchangedSince tells the files that git tracks in this repository and that are what
// they were where a branch left a revision. Of all others git knows nothing, so they
// count as changed: files of submodules, outside the repository, ignored ones, and the
// standard input.
func unchangedSince(ctx context.Context, revision string) (func(manifest.File) bool, error) {
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
	listed, err := git(ctx, top, "ls-files", "-v", "-z")
	if err != nil {
		return nil, err
	}
	differing, err := git(ctx, top, "diff", "--name-only", "--no-renames", "-z", strings.TrimSpace(string(base)), "--")
	if err != nil {
		return nil, err
	}
	tree := wayTo(top).end + string(filepath.Separator)
	inTree := func(name string) string { return tree + filepath.FromSlash(name) }
	same := map[string]bool{} // and false for what differs
	for entry := range strings.SplitSeq(string(listed), "\x00") {
		// Other letters are for files at which git was told not to look.
		if name, ok := strings.CutPrefix(entry, "H "); ok {
			same[inTree(name)] = true
		}
	}
	for name := range strings.SplitSeq(string(differing), "\x00") {
		if name != "" {
			same[inTree(name)] = false
		}
	}
	return func(f manifest.File) bool {
		if f.Path == manifest.Stdin {
			return false
		}
		way := wayTo(f.Path)
		for _, link := range way.links {
			if strings.HasPrefix(link, tree) && !same[link] { // it may have led elsewhere
				return false
			}
		}
		return same[way.end]
	}, nil
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
