package regotest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// tree is what a layer holds, and of the layers below the library.
type tree struct {
	files []file // of the layer
	below []file
	rules map[string]*directory
}

// directory is that of one rule.
type directory struct {
	name     string
	shown    string
	tests    []file
	examples []byte // nil when there are none
}

// file is a Rego file.
type file struct {
	group  string // what outcomes are named after: "backoff-limit", "lib/quantity"
	shown  string // its path as messages name it
	text   []byte
	module *ast.Module
	test   bool
}

const testSuffix = "_test.rego"

// read reads the suite's files. Problems are those of Rego that does not parse,
// by group; the error says which files cannot be read.
func (s Suite) read() (*tree, []Outcome, error) {
	r := reading{tree: &tree{rules: map[string]*directory{}}}
	t := r.tree
	for _, layer := range s.Below {
		for _, f := range r.parse(layer, "lib/*.rego") {
			if !f.test {
				t.below = append(t.below, f)
			}
		}
	}
	for _, pattern := range []string{"lib/*.rego", "rules/*/*.rego"} {
		t.files = append(t.files, r.parse(s.Layer, pattern)...)
	}
	for _, f := range t.files {
		if strings.HasPrefix(f.group, "lib/") {
			continue
		}
		dir := t.rules[f.group]
		if dir == nil {
			dir = &directory{name: f.group, shown: path.Dir(f.shown)}
			dir.examples = r.examples(s.Layer, dir)
			t.rules[f.group] = dir
		}
		if f.test {
			dir.tests = append(dir.tests, f)
		}
	}
	return t, r.wrong, errors.Join(r.unread...)
}

// reading is what comes of reading files.
type reading struct {
	tree   *tree
	wrong  []Outcome // Rego that does not parse
	unread []error
}

// problem adds to what is wrong with a group's files.
func (r *reading) problem(group string, problems ...string) {
	for i, o := range r.wrong {
		if o.Group == group {
			r.wrong[i].Problems = append(o.Problems, problems...)
			return
		}
	}
	r.wrong = append(r.wrong, Outcome{Name: group + "/load", Group: group, Check: CheckLoad, Problems: problems})
}

// text reads a file. One that is listed and cannot be read is an error: a rule
// without it would seem to lack what it has.
func (r *reading) text(layer catalogue.Layer, name, group string) (text []byte, ok bool) {
	text, err := fs.ReadFile(layer.FS, name)
	shown := path.Join(layer.Name, name)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		r.unread = append(r.unread, fmt.Errorf("%s: %w", shown, err))
		return nil, false
	}
	if at := bytes.Index(text, []byte("\r\n")); at >= 0 {
		r.problem(group, fmt.Sprintf("%s:%d: ends as lines do on Windows; expected a line feed alone", shown, bytes.Count(text[:at], []byte("\n"))+1))
		return nil, false
	}
	return text, true
}

// examples are the text of a rule's examples; a rule without any is told of
// later.
func (r *reading) examples(layer catalogue.Layer, dir *directory) []byte {
	name := examplesPath(dir.name)
	entries, err := fs.ReadDir(layer.FS, path.Dir(name))
	if err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == path.Base(name) }) {
		return nil
	}
	text, _ := r.text(layer, name, dir.name)
	return text
}

func examplesPath(rule string) string { return path.Join("rules", rule, "examples.txtar") }

// parse reads the Rego files of a layer that match a pattern.
func (r *reading) parse(layer catalogue.Layer, pattern string) (files []file) {
	names, err := fs.Glob(layer.FS, pattern)
	if err != nil {
		r.unread = append(r.unread, fmt.Errorf("%s: %w", layer.Name, err))
		return nil
	}
	slices.Sort(names)
	for _, name := range names {
		f := file{shown: path.Join(layer.Name, name), test: strings.HasSuffix(name, testSuffix)}
		if f.group = path.Base(path.Dir(name)); path.Dir(name) == "lib" {
			f.group = "lib/" + strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".rego"), "_test")
		}
		var ok bool
		if f.text, ok = r.text(layer, name, f.group); !ok {
			continue
		}
		f.module, err = ast.ParseModuleWithOpts(f.shown, string(f.text), ast.ParserOptions{ProcessAnnotation: true})
		switch {
		case err == nil:
			files = append(files, f)
		case f.test: // the catalogue tells of the others
			r.problem(f.group, regoProblems(f.shown, err)...)
		}
	}
	return files
}
