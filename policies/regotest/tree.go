package regotest

import (
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

// read reads the suite's files. Problems are those of Rego that does not parse.
func (s Suite) read() (*tree, []string) {
	t := &tree{rules: map[string]*directory{}}
	var problems []string
	for _, layer := range s.Below {
		below, wrong := parse(layer, "lib/*.rego")
		problems = append(problems, wrong...)
		for _, f := range below {
			if !f.test {
				t.below = append(t.below, f)
			}
		}
	}
	for _, pattern := range []string{"lib/*.rego", "rules/*/*.rego"} {
		files, wrong := parse(s.Layer, pattern)
		problems = append(problems, wrong...)
		t.files = append(t.files, files...)
	}
	for _, f := range t.files {
		if strings.HasPrefix(f.group, "lib/") {
			continue
		}
		dir := t.rules[f.group]
		if dir == nil {
			dir = &directory{name: f.group, shown: path.Dir(f.shown)}
			dir.examples, _ = fs.ReadFile(s.Layer.FS, examplesPath(f.group)) // a rule without examples is told of later
			t.rules[f.group] = dir
		}
		if f.test {
			dir.tests = append(dir.tests, f)
		}
	}
	return t, problems
}

func examplesPath(rule string) string { return path.Join("rules", rule, "examples.txtar") }

// parse reads the Rego files of a layer that match a pattern.
func parse(layer catalogue.Layer, pattern string) (files []file, problems []string) {
	names, err := fs.Glob(layer.FS, pattern)
	if err != nil {
		return nil, []string{layer.Name + ": " + err.Error()}
	}
	slices.Sort(names)
	for _, name := range names {
		f := file{shown: path.Join(layer.Name, name), test: strings.HasSuffix(name, testSuffix)}
		if f.group = path.Base(path.Dir(name)); path.Dir(name) == "lib" {
			f.group = "lib/" + strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".rego"), "_test")
		}
		if f.text, err = fs.ReadFile(layer.FS, name); err == nil {
			f.module, err = ast.ParseModuleWithOpts(f.shown, string(f.text), ast.ParserOptions{ProcessAnnotation: true})
		}
		switch {
		case err == nil:
			files = append(files, f)
		case f.test: // the catalogue tells of the others
			problems = append(problems, regoProblems(f.shown, err)...)
		}
	}
	return files, problems
}
