package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/schema"
)

// Catalogue is a set of rules with the library they share. It is immutable.
type Catalogue struct {
	Rules []*Rule // sorted by name

	library map[string]*ast.Module // by file
	files   []file                 // of all layers
	layers  int
	digest  string
	kept    *kept // shared with the catalogues that are made of this one
}

// Load reads the rules of all layers, which may not share a rule's name. The
// error is *config.Errors with everything that is wrong.
func Load(layers ...Layer) (*Catalogue, error) {
	return (&Catalogue{kept: &kept{}}).With(layers...)
}

// With is the catalogue of these rules and those of more layers above them. What
// is here already is not read and checked again: no layer can change what one
// below it means. The error is that of Load.
func (c *Catalogue) With(layers ...Layer) (*Catalogue, error) {
	to := &problems{}
	var added []file
	for i, layer := range layers {
		for _, f := range layer.files(to) {
			f.layer = c.layers + i
			added = append(added, f)
		}
	}
	all := &Catalogue{
		Rules:   slices.Clone(c.Rules),
		library: map[string]*ast.Module{},
		files:   slices.Concat(c.files, added),
		layers:  c.layers + len(layers),
		kept:    c.kept,
	}
	maps.Copy(all.library, c.library)
	all.digest = digestOf(all.files)
	facts, known := factsOf(layers, added)
	all.parseAll(added, to)
	own := slices.Clone(all.Rules[len(c.Rules):])
	if !known {
		for _, rule := range own {
			rule.defaultsFit(to)
		}
	}
	all.names(to)
	all.owned(to)
	if err := to.err(); err != nil {
		return nil, err
	}
	if len(added) == 0 {
		return all, nil
	}
	if known && facts.know(own) {
		return all, nil
	}
	compilers := all.checkAll(own, to)
	if err := to.err(); err != nil {
		return nil, err
	}
	for _, f := range added {
		compiler := compilers[f.key()]
		defined(compiler.Modules[f.key()], compiler, to)
	}
	for _, rule := range own {
		compiler := compilers[rule.key]
		compiled := compiler.Modules[rule.key]
		known := aliasesOf(compiled)
		known.views(compiled, to)
		rule.heads(compiled, known, to)
		rule.findings(compiled, known, to)
		rule.Reads = known.reads(compiled)
	}
	if err := to.err(); err != nil {
		return nil, err
	}
	return all, nil
}

// parseAll reads files, several at once.
func (c *Catalogue) parseAll(files []file, to *problems) {
	parsed := make([]parsing, len(files))
	shared := shares(len(files), func(from, end int) {
		for i := from; i < end; i++ {
			parsed[i].module, parsed[i].err = ast.ParseModuleWithOpts(files[i].shown, string(files[i].text), ast.ParserOptions{
				ProcessAnnotation: true,
				RegoVersion:       ast.RegoV1,
			})
		}
	})
	shared.Wait()
	for i, f := range files {
		c.parse(f, parsed[i].module, parsed[i].err, to)
	}
}

// parsing is what became of a file.
type parsing struct {
	module *ast.Module
	err    error
}

// parse takes what was read of one file and judges what can be judged before
// compiling.
func (c *Catalogue) parse(f file, module *ast.Module, err error, to *problems) {
	var errs ast.Errors
	switch {
	case errors.As(err, &errs):
		to.rego(f.shown, errs)
		return
	case err != nil: // it says no more than that
		to.at(f.shown, "the file is empty", "expected Rego")
		return
	}
	structure(f, module, to)
	if f.rule == "" {
		c.library[f.key()] = module
		return
	}
	rule := &Rule{Name: f.rule, File: f.shown, key: f.key(), module: module}
	rule.annotate(to)
	c.Rules = append(c.Rules, rule)
}

// names sorts the rules and refuses two of one name.
func (c *Catalogue) names(to *problems) {
	slices.SortStableFunc(c.Rules, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(c.Rules); i++ {
		if first, second := c.Rules[i-1], c.Rules[i]; first.Name == second.Name {
			to.at(second.File, fmt.Sprintf("there is a rule %s already: %s", second.Name, first.File), "expected another name, or parameters for the one that is there")
		}
	}
}

// owned refuses a library that adds to what a layer below it defines: the rules
// there would mean something else without a word.
func (c *Catalogue) owned(to *problems) {
	type definition struct {
		layer int
		shown string
	}
	known := map[string]definition{}
	for _, f := range c.files {
		module := c.library[f.key()]
		if module == nil {
			continue
		}
		for _, rule := range module.Rules {
			name := module.Package.Path.String() + "." + string(rule.Head.Ref()[0].Value.(ast.Var))
			first, taken := known[name]
			if !taken {
				known[name] = definition{layer: f.layer, shown: f.shown}
			} else if first.layer != f.layer {
				to.in(rule.Location, "defines "+strings.TrimPrefix(name, "data.")+", which "+first.shown+" does already", "expected another name, or the package batchgate.lib.<name>", "")
			}
		}
	}
}

// checkAll compiles rules as they were written, some in each of several compilers
// at once: rules do not know one another. It gives the compiler of each module.
func (c *Catalogue) checkAll(rules []*Rule, to *problems) map[string]*ast.Compiler {
	compilers := map[string]*ast.Compiler{}
	var mu sync.Mutex
	failed := false
	all := shares(max(len(rules), 1), func(from, end int) {
		compiler := c.check(rules[min(from, len(rules)):min(end, len(rules))], &problems{})
		mu.Lock()
		defer mu.Unlock()
		failed = failed || compiler.Failed()
		for key := range compiler.Modules {
			compilers[key] = compiler
		}
	})
	if all.Wait(); failed { // told by one, in one order and each thing once
		compiler := c.check(rules, to)
		for key := range compiler.Modules {
			compilers[key] = compiler
		}
	}
	return compilers
}

// check compiles rules as they were written, against the shape of the input.
func (c *Catalogue) check(rules []*Rule, to *problems) *ast.Compiler {
	modules := c.modules()
	for _, rule := range rules {
		modules[rule.key] = rule.module.Copy()
	}
	shape := shared()
	modules[shape.Package.Location.File] = shape
	var input any
	if err := json.Unmarshal(schema.Input(), &input); err != nil {
		panic("catalogue: the input's schema is part of the program: " + err.Error())
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.MustParseRef("schema.input"), input)
	compiler := ast.NewCompiler().
		WithCapabilities(Capabilities()).
		WithDefaultRegoVersion(ast.RegoV1).
		WithStrict(true).
		WithSchemas(schemas).
		WithUseTypeCheckAnnotations(true).
		SetErrorLimit(0)
	compiler.Compile(modules)
	if compiler.Failed() {
		to.rego("", compiler.Errors)
	}
	return compiler
}

// modules are copies of the library: the compiler rewrites what it is given.
func (c *Catalogue) modules() map[string]*ast.Module {
	modules := make(map[string]*ast.Module, len(c.library)+len(c.Rules)+1)
	for name, module := range c.library {
		modules[name] = module.Copy()
	}
	return modules
}

// shared gives the packages of all rules the input's schema.
func shared() *ast.Module {
	return ast.MustParseModuleWithOpts(`# METADATA
# scope: subpackages
# schemas:
#   - input: schema.input
package batchgate.rules
`, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
}

// Specs are what a policy file is checked against, sorted by name.
func (c *Catalogue) Specs() []config.RuleSpec {
	specs := make([]config.RuleSpec, len(c.Rules))
	for i, rule := range c.Rules {
		specs[i] = config.RuleSpec{Name: rule.Name, Params: rule.Params}
	}
	return specs
}

// Rule returns a rule by its name, nil when there is none.
func (c *Catalogue) Rule(name string) *Rule {
	for _, rule := range c.Rules {
		if rule.Name == name {
			return rule
		}
	}
	return nil
}

// Digest is the SHA-256 of all rules and the library, in hexadecimal. Tests,
// pages and where a layer lies do not count.
func (c *Catalogue) Digest() string { return c.digest }

func digestOf(files []file) string {
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b file) int { return strings.Compare(a.path, b.path) })
	sum := sha256.New()
	for _, f := range sorted {
		fmt.Fprintf(sum, "%s %d\n", f.path, len(f.text))
		sum.Write(f.text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
