package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program builds a program of the module e2e/tools/ko and gives its path.
func program(t *testing.T, root, name, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	output(t, filepath.Join(root, "e2e/tools/ko"), nil, "go", "build", "-o", binary, pkg)
	return binary
}

// copied is the checkout, with its history, at a path with this name and with other times.
func copied(t *testing.T, root, name string) string {
	t.Helper()
	elsewhere := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(elsewhere, 0o755); err != nil {
		t.Fatal(err)
	}
	files := output(t, root, nil, "git", "ls-files", "-coz", "--exclude-standard")
	for name := range strings.SplitSeq(strings.Trim(files, "\x00"), "\x00") {
		copyFile(t, filepath.Join(root, name), filepath.Join(elsewhere, name))
	}
	git := filepath.Join(root, ".git")
	if info, err := os.Stat(git); err != nil || !info.IsDir() { // a linked worktree has a file
		copyFile(t, git, filepath.Join(elsewhere, ".git"))
	} else if err := os.CopyFS(filepath.Join(elsewhere, ".git"), os.DirFS(git)); err != nil {
		t.Fatal(err)
	}
	return elsewhere
}

// copyFile copies a file, unless it was removed from the checkout.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, read(t, from), info.Mode().Perm()); err != nil {
		t.Fatal(err)
	}
}

// output runs a program, which must succeed, and gives what it printed.
func output(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

// tree gives the files under a directory and what is in them.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[name] = string(read(t, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
