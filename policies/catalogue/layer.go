package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/policies/config"
)

// Layer is one place that rules come from.
type Layer struct {
	Name string // how messages name it: what stands before the file's path
	FS   fs.FS
	// Facts is the JSON of what is known of the rules already; nil: they are checked.
	Facts []byte
}

// file is one Rego file of a layer.
type file struct {
	layer int    // which one, from 0
	shown string // the path as messages name it
	path  string // in the layer
	rule  string // the rule's name; "" for a file of the library
	text  []byte
}

// key tells modules apart: two layers may have the same name.
func (f file) key() string { return fmt.Sprintf("%d %s", f.layer, f.shown) }

const (
	rulesDir    = "rules"
	libDir      = "lib"
	extension   = ".rego"
	longestName = 63
)

// validName is how a rule may be called: it is part of messages, labels of
// metrics and addresses of pages.
func validName(name string) bool {
	return len(name) <= longestName && regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`).MatchString(name)
}

// files reads a layer, the library first. A directory that is not there is an
// empty one.
func (l Layer) files(to *problems) []file {
	var found []file
	for _, name := range l.list(libDir, to) {
		if strings.HasSuffix(name, extension) && !strings.HasSuffix(name, "_test"+extension) {
			found = l.read(found, file{path: path.Join(libDir, name)}, to)
		}
	}
	for _, name := range l.list(rulesDir, to) {
		found = l.rule(found, name, to)
	}
	return found
}

// rule adds the one file of a rule.
func (l Layer) rule(found []file, name string, to *problems) []file {
	dir := path.Join(rulesDir, name)
	info, err := fs.Stat(l.FS, dir)
	if errors.Is(err, fs.ErrNotExist) { // it was listed
		to.at(l.shown(dir), "is a symbolic link that leads nowhere", "expected the directory of a rule")
		return found
	}
	if err != nil { // a rule that is left out would hold for nobody, and nobody would know
		to.at(l.shown(dir), unwrapped(err), "expected the directory of a rule")
		return found
	}
	if !info.IsDir() {
		if strings.HasSuffix(name, extension) {
			stem := strings.TrimSuffix(name, extension)
			to.at(l.shown(dir), "a rule lies in a directory of its own", "expected "+path.Join(rulesDir, stem, name))
		}
		return found // a README, a .gitkeep
	}
	if !validName(name) {
		to.at(l.shown(dir), fmt.Sprintf("the rule is called %q", name),
			fmt.Sprintf("expected small letters, digits and single dashes, at most %d of them", longestName))
		return found
	}
	want := name + extension
	var others []string
	entries, err := fs.ReadDir(l.FS, dir)
	if err != nil {
		to.at(l.shown(dir), unwrapped(err), "expected the directory of a rule")
		return found
	}
	for _, entry := range visible(entries) {
		if strings.HasSuffix(entry, extension) && !strings.HasSuffix(entry, "_test"+extension) && entry != want {
			others = append(others, entry)
		}
	}
	if _, err := fs.Stat(l.FS, path.Join(dir, want)); errors.Is(err, fs.ErrNotExist) {
		hint := ""
		if len(others) > 0 {
			hint = others[0]
		}
		to.near(l.shown(path.Join(dir, want)), "is not there", "a rule's file is named like its directory", hint)
		return found
	}
	for _, other := range others {
		to.at(l.shown(path.Join(dir, other)), "a rule is one file", "expected only "+want+" and tests; what rules share lies in "+libDir+"/")
	}
	return l.read(found, file{path: path.Join(dir, want), rule: name}, to)
}

func (l Layer) read(found []file, f file, to *problems) []file {
	f.shown = l.shown(f.path)
	text, err := fs.ReadFile(l.FS, f.path)
	if err == nil && len(text) > config.MaxFileSize {
		err = fmt.Errorf("has %d bytes; at most %d are allowed", len(text), config.MaxFileSize)
	}
	if err != nil {
		to.at(f.shown, unwrapped(err), "")
		return found
	}
	f.text = text
	return append(found, f)
}

// list names what a directory holds, sorted, without what a dot hides.
func (l Layer) list(dir string, to *problems) []string {
	entries, err := fs.ReadDir(l.FS, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		to.at(l.shown(dir), unwrapped(err), "")
		return nil
	}
	return visible(entries)
}

func visible(entries []fs.DirEntry) []string {
	var names []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") {
			names = append(names, entry.Name())
		}
	}
	slices.Sort(names)
	return names
}

func (l Layer) shown(name string) string { return path.Join(l.Name, name) }

// unwrapped is an error of the file system without call and path, which the
// message has already.
func unwrapped(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return err.Error()
}
