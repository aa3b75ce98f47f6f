package source

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrMoved says that files changed while they were read: what was read may be a
// part of one version and a part of another.
var ErrMoved = errors.New("files of the policy changed while they were read")

// maxDepth is how deep a policy directory is looked at: rules/<name>/<file> is 3.
const maxDepth = 4

// Stamp tells two states of a policy's files apart without reading them.
type Stamp struct {
	dir   string           // where the files lie
	files map[string]state // by path in the directory, or in that of the file
}

// state is what differs when a file does.
type state struct {
	size     int64
	modified time.Time
	info     fs.FileInfo // for os.SameFile: a file that was renamed over another
	wrong    string      // why it cannot be looked at
}

func stateOf(info fs.FileInfo) state {
	return state{size: info.Size(), modified: info.ModTime(), info: info}
}

func (s state) same(t state) bool {
	if s.info == nil || t.info == nil {
		return s.info == nil && t.info == nil && s.wrong == t.wrong
	}
	return s.size == t.size && s.info.Mode() == t.info.Mode() && s.modified.Equal(t.modified) && os.SameFile(s.info, t.info)
}

// Same reports whether both are of the same state.
func (s Stamp) Same(t Stamp) bool {
	return maps.EqualFunc(s.files, t.files, state.same)
}

// HasRego reports whether there is Rego beside the policy.
func (s Stamp) HasRego() bool {
	for name := range s.files {
		if strings.HasSuffix(name, ".rego") {
			return true
		}
	}
	return false
}

// HasTests reports whether tests or examples lie beside the rules.
func (s Stamp) HasTests() bool {
	for name := range s.files {
		if strings.HasSuffix(name, "_test.rego") || path.Base(name) == "examples.txtar" {
			return true
		}
	}
	return false
}

// Look takes the stamp of a policy set as Load would read it. Of a preset, which
// never changes, it is empty. What cannot be looked at is a state as well.
func Look(spec string) Stamp {
	if spec == "" || slices.Contains(Presets(), spec) {
		return Stamp{}
	}
	l := looker{files: map[string]state{}}
	found, err := os.Stat(spec)
	if err != nil {
		l.files["."] = state{wrong: err.Error()}
		return Stamp{"", l.files}
	}
	dir := spec
	if !found.IsDir() {
		l.files[filepath.Base(spec)] = stateOf(found)
		if filepath.Base(spec) != policyFile {
			return Stamp{"", l.files}
		}
		dir = filepath.Dir(spec)
		if target, err := filepath.EvalSymlinks(spec); err == nil && !hasRules(dir) {
			dir = filepath.Dir(target)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		l.files["."] = state{wrong: err.Error()}
		return Stamp{dir, l.files}
	}
	defer root.Close()
	l.tree = &tree{root: root}
	for _, name := range append([]string{policyFile}, ownDirs()...) {
		l.look(name, 1)
	}
	return Stamp{dir, l.files}
}

// looker walks a directory, also through symbolic links that stay in it.
type looker struct {
	tree  *tree
	files map[string]state
}

func (l looker) look(name string, depth int) {
	if len(l.files) > maxFiles {
		return // Load refuses so many, however the rest changes
	}
	info, err := l.tree.root.Stat(name)
	switch {
	case err != nil:
		l.files[name] = state{wrong: err.Error()}
	case !info.IsDir():
		l.files[name] = stateOf(info)
	case depth < maxDepth:
		l.files[name] = state{wrong: "directory"} // its time changes with what nobody reads
		for _, entry := range l.tree.names(name) {
			if !strings.HasPrefix(entry, ".") {
				l.look(path.Join(name, entry), depth+1)
			}
		}
	}
}

// LoadAt loads a set as Load does, from the very files that a stamp is of. The
// error is ErrMoved when one is another meanwhile.
func (l *Loader) LoadAt(spec string, at Stamp) (*Set, error) {
	moved := !Look(spec).Same(at)
	set, err := l.load(spec, func(found fs.FileInfo) {
		moved = moved || !at.has(stateOf(found))
	})
	if moved {
		return nil, ErrMoved
	}
	return set, err
}

func (s Stamp) has(one state) bool {
	for _, known := range s.files {
		if known.same(one) {
			return true
		}
	}
	return false
}
