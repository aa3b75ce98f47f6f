package source

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
)

// DefaultPreset is what a policy stands on that does not say.
const DefaultPreset = "recommended"

// policyFile is the name of the policy in a directory.
const policyFile = "policy.yaml"

// Set is a policy together with the rules that it binds. It is immutable.
type Set struct {
	Catalogue *catalogue.Catalogue
	Policy    *config.Policy
	Source    string // the preset's name, or the path as it was given
	Dir       string // where rules of one's own lie; empty for a preset
}

// Bundled reports whether the set is a preset, which is part of the program.
func (s *Set) Bundled() bool { return slices.Contains(Presets(), s.Source) }

// Load reads a policy set:
//
//	""                 the preset "recommended"
//	audit              a preset, by its name
//	path               a directory: policy.yaml, rules/<name>/<name>.rego and lib/
//	path/policy.yaml   the same directory
//	path/other.yaml    a policy file for the bundled rules
//
// A name without a slash that is both a preset and a path is the preset. The
// error has a line for each problem, with file and place; it is an Unread where the same
// files may load later.
func Load(spec string) (*Set, error) { return new(Loader).Load(spec) }

// Loader loads one set after the other and keeps the bundled rules, which do not
// change while the program runs. It is safe for concurrent use.
type Loader struct {
	once sync.Once
	base *catalogue.Catalogue
	err  error
}

// Load is that of the package.
func (l *Loader) Load(spec string) (*Set, error) { return l.load(spec, nil) }

func (l *Loader) load(spec string, opened func(fs.FileInfo)) (*Set, error) {
	unread := false
	set, err := reader{loader: l, opened: opened, unread: func() { unread = true }}.load(spec)
	if err != nil && (unread || passing(err)) {
		return nil, &Unread{Err: err}
	}
	return set, err
}

// bundled are the bundled rules.
func (l *Loader) bundled() (*catalogue.Catalogue, error) {
	l.once.Do(func() { l.base, l.err = catalogue.Load(bundled()) })
	return l.base, l.err
}

// rules are those of layers above the bundled ones.
func (l *Loader) rules(layers ...catalogue.Layer) (*catalogue.Catalogue, error) {
	base, err := l.bundled()
	if err != nil {
		return nil, err
	}
	return base.With(layers...)
}

// reader tells of every file that it opens, and of what it cannot read.
type reader struct {
	loader *Loader
	opened func(fs.FileInfo)
	unread func()
}

func (r reader) tree(root *os.Root) *tree {
	return &tree{root: root, opened: r.opened, unread: r.unread}
}

func (r reader) load(spec string) (*Set, error) {
	if spec == "" {
		spec = DefaultPreset
	}
	if slices.Contains(Presets(), spec) {
		return r.preset(spec)
	}
	found, err := os.Stat(spec)
	switch {
	case err != nil:
		return nil, notFound(spec, err)
	case found.IsDir():
		return r.directory(spec)
	case found.Mode().IsRegular():
		return r.file(spec)
	}
	return nil, fmt.Errorf("%s: is neither a file nor a directory; expected a policy.yaml, a directory that has one, or a preset: %s",
		spec, strings.Join(Presets(), ", "))
}

// Presets are the names of the bundled presets, sorted.
func Presets() []string {
	files, err := policies.FS.ReadDir("presets")
	if err != nil {
		panic("source: the presets are part of the program: " + err.Error())
	}
	var names []string
	for _, file := range files {
		if name, ok := strings.CutSuffix(file.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	return names
}

func (r reader) preset(name string) (*Set, error) {
	file, parsing := presetFile(name)
	rules, loading := r.loader.bundled()
	if err := errors.Join(parsing, loading); err != nil {
		return nil, err
	}
	return resolve(name, rules, file, nil)
}

// file reads a policy file for the bundled rules. One that is called as it
// must be in a directory has the rules beside it: whoever names the file means
// the directory, and would not be told that its rules are gone.
func (r reader) file(name string) (*Set, error) {
	target, err := filepath.EvalSymlinks(name) // a file that is named may be anywhere
	if err != nil {
		return nil, plain(name, err)
	}
	root, err := os.OpenRoot(filepath.Dir(target))
	if err != nil {
		return nil, plain(name, err)
	}
	defer root.Close()
	policy := r.tree(root)
	if filepath.Base(name) != policyFile {
		return r.set(name, policy, filepath.Base(target), name)
	}
	beside := filepath.Dir(name)
	if !hasRules(beside) && hasRules(filepath.Dir(target)) {
		beside = filepath.Dir(target) // the rules of a policy that is linked to
	}
	own, err := os.OpenRoot(beside)
	if err != nil {
		return nil, plain(beside, err)
	}
	defer own.Close()
	return r.setWith(name, beside, r.tree(own), policy, filepath.Base(target), name)
}

func (r reader) directory(dir string) (*Set, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, plain(dir, err)
	}
	defer root.Close()
	files := r.tree(root)
	shown := filepath.Join(dir, policyFile)
	if _, err := root.Stat(policyFile); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: is not there; expected a policy%s", shown, didYouMean(policyFile, files.names(".")))
	}
	return r.setWith(dir, dir, files, files, policyFile, shown)
}

// hasRules tells whether something stands where rules or a library would,
// readable or not.
func hasRules(dir string) bool {
	return slices.ContainsFunc(ownDirs(), func(name string) bool {
		_, err := os.Lstat(filepath.Join(dir, name))
		return err == nil
	})
}

// ownDirs are where a directory's own Rego lies.
func ownDirs() []string { return []string{"rules", "lib"} }

// setWith reads a policy and the rules of a directory, which may have none.
func (r reader) setWith(source, dir string, own, files *tree, name, shown string) (*Set, error) {
	for _, sub := range ownDirs() {
		at := filepath.Join(dir, sub)
		switch found, err := own.root.Stat(sub); {
		case err == nil && !found.IsDir():
			return nil, fmt.Errorf("%s: is not a directory; expected Rego files in it", at)
		case err == nil:
		case !errors.Is(err, os.ErrNotExist):
			return nil, plain(at, err)
		default:
			if _, err := own.root.Lstat(sub); err == nil {
				return nil, fmt.Errorf("%s: is a symbolic link that leads nowhere; expected Rego files in it", at)
			}
		}
	}
	if n := len(own.names("rules")); n > maxRules {
		return nil, fmt.Errorf("%s: has more than %d entries; expected a directory for each rule", filepath.Join(dir, "rules"), maxRules)
	}
	misplaced := stray(dir, own)
	set, err := r.set(source, files, name, shown, catalogue.Layer{Name: dir, FS: own})
	if err := errors.Join(misplaced, err); err != nil {
		return nil, err
	}
	set.Dir = dir
	return set, nil
}

// set reads a policy file, what it extends, and the layers of rules above the
// bundled ones.
func (r reader) set(source string, files *tree, name, shown string, layers ...catalogue.Layer) (*Set, error) {
	var file, below *config.File
	data, parsing := files.ReadFile(name)
	if parsing != nil {
		parsing = plain(shown, parsing)
	} else if file, parsing = config.Parse(shown, data); parsing == nil {
		below, parsing = under(file)
	}
	rules, loading := r.loader.rules(layers...)
	if err := errors.Join(parsing, loading); err != nil {
		return nil, err
	}
	return resolve(source, rules, file, below)
}

func resolve(source string, rules *catalogue.Catalogue, file, below *config.File) (*Set, error) {
	policy, err := config.Resolve(file, below, rules.Specs())
	if err != nil {
		return nil, err
	}
	return &Set{Catalogue: rules, Policy: policy, Source: source}, nil
}

// under is the preset that a file stands on.
func under(file *config.File) (*config.File, error) {
	switch name := file.Extends; {
	case name == "":
		return presetFile(DefaultPreset)
	case !slices.Contains(Presets(), name):
		return nil, file.UnknownPreset(Presets())
	default:
		return presetFile(name)
	}
}

func presetFile(name string) (*config.File, error) {
	file := path.Join("presets", name+".yaml")
	data, err := policies.FS.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return config.Parse(file, data)
}

func bundled() catalogue.Layer {
	return catalogue.Layer{Name: "bundled", FS: policies.FS, Facts: policies.Facts}
}

// notFound explains a spec that names nothing.
func notFound(spec string, err error) error {
	if !errors.Is(err, os.ErrNotExist) {
		return plain(spec, err)
	}
	candidates := []string{}
	if !strings.ContainsRune(spec, filepath.Separator) {
		candidates = Presets()
	}
	hint := didYouMean(spec, candidates)
	if hint == "" {
		dir, base := filepath.Split(spec)
		if near := config.Nearest(base, namesIn(cmp.Or(dir, "."))); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", dir+near)
		}
	}
	return fmt.Errorf("%s: is not there; expected a policy.yaml, a directory that has one, or a preset: %s%s",
		spec, strings.Join(Presets(), ", "), hint)
}

func didYouMean(name string, candidates []string) string {
	if near := config.Nearest(name, candidates); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// plain is an error of the file system without the repetition of path and call.
func plain(shown string, err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fmt.Errorf("%s: %w", shown, err)
}
