package manifest

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// walk reads directories.
type walk struct {
	yield func(File, *Problem) bool
	root  string
	files int
}

// deepest bounds directories within directories.
const deepest = 100

// directory gives the manifests below dir, sorted; false to end.
func (w *walk) directory(dir string, depth int) bool {
	if depth == deepest {
		return w.yield(File{}, problem(dir, "is more than %d directories deep; what is in it is not read", deepest))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		w.files++ // something was there
		if !w.yield(File{}, problem(dir, "%s", reason(err))) {
			return false
		}
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		path := filepath.Join(dir, name)
		if entry.IsDir() {
			if !w.directory(path, depth+1) {
				return false
			}
			continue
		}
		if entry.Type()&fs.ModeSymlink != 0 && leadsToDirectory(path) {
			if !w.link(path) {
				return false
			}
			continue
		}
		if !slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(name))) {
			continue
		}
		if w.files++; w.files > maxFiles {
			w.yield(File{}, problem(dir, "more than 20,000 files are not read; name a smaller directory"))
			return false
		}
		if !w.entry(path) {
			return false
		}
	}
	return true
}

// entry gives one file, also where a symbolic link leads to it.
func (w *walk) entry(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return w.yield(File{}, problem(path, "%s", reason(err)))
	}
	return w.yield(File{Path: path, Found: true, Below: w.root}, irregular(path, info))
}

func leadsToDirectory(link string) bool {
	info, err := os.Stat(link)
	return err == nil && info.IsDir()
}

// link tells of a link to a directory, unless it is one whose files are read by their
// own names.
func (w *walk) link(path string) bool {
	if w.reads(path) {
		return true
	}
	p := problem(path, "is a link to a directory, which is not followed; name it to have it read")
	p.Link = true
	return w.yield(File{}, p)
}

// reads tells whether what a link leads to is read without it.
func (w *walk) reads(link string) bool {
	below, err := filepath.Rel(physical(w.root), physical(link))
	hidden := func(name string) bool { return strings.HasPrefix(name, ".") } // or above
	return err == nil && (below == "." || !slices.ContainsFunc(strings.Split(filepath.ToSlash(below), "/"), hidden))
}

// physical is where a path leads.
func physical(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if followed, err := filepath.EvalSymlinks(path); err == nil {
		path = followed
	}
	return path
}
