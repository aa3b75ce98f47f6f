package manifest

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/policies/config"
)

// File is something to be read.
type File struct {
	Path  string // as it was named, or Stdin
	Found bool   // in a directory; nobody named it
	Below string // the directory that was named, of a file that was found
}

// find gives the files that an argument names.
func find(arg string) iter.Seq2[File, *Problem] {
	return func(yield func(File, *Problem) bool) {
		if arg == Stdin {
			yield(File{Path: arg}, nil)
			return
		}
		info, err := os.Stat(arg)
		switch {
		case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, "*?["):
			glob(arg, yield)
		case err != nil:
			yield(File{}, missing(arg, err))
		case info.IsDir():
			w := walk{yield: yield, root: arg}
			if w.directory(arg, 0) && w.files == 0 {
				yield(File{}, problem(arg, "has no *.yaml, *.yml or *.json in it"))
			}
		default:
			yield(File{Path: arg}, irregular(arg, info))
		}
	}
}

// glob expands what no shell has expanded.
func glob(pattern string, yield func(File, *Problem) bool) {
	if strings.Contains(pattern, "**") { // filepath.Glob would take it for *, and pass over what lies deeper
		yield(File{}, problem(pattern, "** is not known; expected a directory, which is read with everything below it"))
		return
	}
	names, err := filepath.Glob(pattern)
	if err != nil {
		yield(File{}, problem(pattern, "is not a pattern: %v", err))
		return
	}
	seen := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return hides(pattern, name) })
	switch {
	case len(names) == 0:
		yield(File{}, problem(pattern, "matches nothing"))
	case len(seen) == 0:
		yield(File{}, problem(pattern, "matches nothing but names that begin with a dot; expected a dot in the pattern, as shells do"))
	}
	for _, name := range seen {
		for f, trouble := range find(name) {
			if f.Below == "" {
				f.Below = filepath.Dir(name) // it is the pattern that was named, and not what a link leads to
			}
			if !yield(f, trouble) {
				return
			}
		}
	}
}

// hides tells whether a shell would not take a name for a pattern: a dot that a part of it
// begins with is written, or there is none.
func hides(pattern, name string) bool {
	wanted, have := strings.Split(filepath.Clean(pattern), string(filepath.Separator)), strings.Split(filepath.Clean(name), string(filepath.Separator))
	for i := 1; i <= min(len(wanted), len(have)); i++ {
		part := strings.TrimPrefix(wanted[len(wanted)-i], `\`)
		if strings.HasPrefix(have[len(have)-i], ".") && !strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

// missing explains a path that cannot be looked at.
func missing(path string, err error) *Problem {
	if !errors.Is(err, fs.ErrNotExist) {
		return problem(path, "%s", reason(err))
	}
	if to, err := os.Readlink(path); err == nil {
		return problem(path, "is a link to %q, which is not there", to)
	}
	if strings.Contains(path, "://") {
		return problem(path, "is a URL, and nothing is fetched; expected a file, a directory, or - for the standard input")
	}
	dir, base := filepath.Split(path)
	entries, _ := os.ReadDir(filepath.Clean(dir + "."))
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if near := config.Nearest(base, names); near != "" {
		return problem(path, "is not there; did you mean %q?", dir+near)
	}
	return problem(path, "is not there; expected a file, a directory, or - for the standard input")
}

// irregular is what is wrong with something that is not a file, if anything.
func irregular(path string, info fs.FileInfo) *Problem {
	what := kindOf(info.Mode())
	switch {
	case what != "":
		return problem(path, "is %s; expected a file, or - for the standard input", what)
	case info.Size() > maxFile:
		return problem(path, "has %d MiB, at most 16 MiB are read; split it", info.Size()>>20)
	}
	return nil
}

// kindOf names what is no regular file.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// reason is an error of the file system without path and call.
func reason(err error) string {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	return err.Error()
}
