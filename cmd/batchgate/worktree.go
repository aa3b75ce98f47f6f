package main

import (
	"os"
	"path/filepath"
	"strings"
)

// workTree is where a git repository is checked out.
type workTree struct {
	root string
	dir  string // where the program was started
}

// treeAround is the work tree in which a directory lies. There is none around most
// containers of a CI job that was given files and no repository; paths stay then.
func treeAround(dir string) workTree {
	dir = wayTo(dir).end
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil { // a file in a worktree or a submodule
			return workTree{root: at, dir: dir}
		}
		if at == filepath.Dir(at) {
			return workTree{}
		}
	}
}

// path is a file as its repository names it. What lies outside stays as it was named.
func (t workTree) path(name string) string {
	if t.root == "" {
		return name
	}
	absolute := name
	if !filepath.IsAbs(name) {
		absolute = filepath.Join(t.dir, name)
	}
	// A link in the repository has a name of its own there; one above it has not.
	for _, path := range []string{absolute, filepath.Join(wayTo(filepath.Dir(absolute)).end, filepath.Base(absolute))} {
		inside, err := filepath.Rel(t.root, path)
		if err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
			return filepath.ToSlash(inside)
		}
	}
	return name
}
