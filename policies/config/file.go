package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What a policy file says it is.
const (
	APIVersion = "batchgate.dev/v1alpha1"
	Kind       = "BatchPolicy"
)

// MaxFileSize is the largest policy file, in bytes.
const MaxFileSize = 1 << 20

// File is one policy file that has been read but not yet checked against the
// rules. It is immutable.
type File struct {
	Path    string // as messages name it
	Name    string // metadata.name
	Extends string // the preset below; "" when the file does not say

	extendsAt         place
	maxMode           Mode
	maxModeAt         place
	ambiguousDefaults AmbiguousDefaults
	recordFills       RecordFills
	excludeNamespaces []string       // nil: not given
	trustedOwners     []TrustedOwner // nil: not given
	unnamed           ruleEntry      // `default`: the rules that nothing names
	rules             []ruleEntry
	namespaces        []namespaceEntry
	profiles          []profileEntry
	exceptions        []exceptionEntry
}

// ruleEntry is what a `rules` mapping says of one rule.
type ruleEntry struct {
	rule     string
	at       place
	settings Settings
	modeAt   place
	fillAt   place
	params   map[string]paramPlace
}

// paramPlace is where a parameter is written.
type paramPlace struct {
	key   place
	value *yaml.Node
}

type namespaceEntry struct {
	at    place
	match NamespaceMatch
	rules []ruleEntry
}

type profileEntry struct {
	name  string
	rules []ruleEntry
}

type exceptionEntry struct {
	at        place
	exception Exception
	ruleAt    []place // of each of its rules
}

// Parse reads a policy file. file is its name in messages. The error is *Errors
// with everything that is wrong, save what takes the rules to know (Resolve).
func Parse(file string, data []byte) (*File, error) {
	r := &reader{file: file}
	root := r.document(data)
	if root == nil {
		return nil, r.err()
	}
	f := &File{Path: file}
	r.policy(root, f)
	if err := r.err(); err != nil {
		return nil, err
	}
	return f, nil
}

// document is the one YAML document of a file; nil when a problem was found.
func (r *reader) document(data []byte) *yaml.Node {
	start := place{file: r.file}
	switch {
	case len(data) > MaxFileSize:
		r.add(start, fmt.Sprintf("the file has %d bytes", len(data)), fmt.Sprintf("at most %d are allowed", MaxFileSize), "")
		return nil
	case !utf8.Valid(data):
		r.add(start, "the file is not UTF-8 text", "expected a "+Kind+" in YAML", "")
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		r.add(start, "the file is empty", "expected a "+Kind, "")
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err)
		return nil
	default:
		r.problem(&second, "the file has more than one document", "expected a single "+Kind)
		return nil
	}
	if len(first.Content) != 1 {
		r.add(start, "the file is empty", "expected a "+Kind, "")
		return nil
	}
	return first.Content[0]
}

// syntax turns an error of the YAML reader, "yaml: line 3: …", into a problem.
func (r *reader) syntax(err error) {
	at, what := place{file: r.file}, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := regexp.MustCompile(`^(?:unmarshal errors:\s*)?line (\d+): (.*)$`).FindStringSubmatch(what); m != nil {
		at.line, _ = strconv.Atoi(m[1])
		what = m[2]
	}
	r.add(at, "not YAML: "+clip(what), "expected a "+Kind+" in YAML", "")
}

// policy reads the top of a file.
func (r *reader) policy(n *yaml.Node, f *File) {
	var apiVersion, kind, metadata bool
	r.fields(n, "the policy", map[string]func(*yaml.Node){
		"apiVersion": func(n *yaml.Node) { apiVersion = true; r.word(n, "apiVersion", APIVersion) },
		"kind":       func(n *yaml.Node) { kind = true; r.word(n, "kind", Kind) },
		"metadata":   func(n *yaml.Node) { metadata = true; f.Name = r.metadata(n) },
		"extends":    func(n *yaml.Node) { f.extendsAt = r.at(n); f.Extends = r.name(n, "extends") },
		"maxMode":    func(n *yaml.Node) { f.maxModeAt = r.at(n); f.maxMode = r.mode(n, "maxMode", Audit, Warn, Enforce) },
		"ambiguousDefaults": func(n *yaml.Node) {
			word := r.word(n, "ambiguousDefaults", string(FillAmbiguous), string(LeaveAmbiguous))
			f.ambiguousDefaults = AmbiguousDefaults(word)
		},
		"recordFills": func(n *yaml.Node) {
			word := r.word(n, "recordFills", string(RecordAnnotation), string(RecordWarning), string(RecordOff))
			f.recordFills = RecordFills(word)
		},
		"excludeNamespaces": func(n *yaml.Node) { f.excludeNamespaces = r.excluded(n) },
		"trustedOwners":     func(n *yaml.Node) { f.trustedOwners = r.owners(n) },
		"default":           func(n *yaml.Node) { f.unnamed = r.unnamed(n) },
		"rules":             func(n *yaml.Node) { f.rules = r.rules(n, "rules", false) },
		"namespaces":        func(n *yaml.Node) { f.namespaces = r.namespaces(n) },
		"profiles":          func(n *yaml.Node) { f.profiles = r.profiles(n) },
		"exceptions":        func(n *yaml.Node) { f.exceptions = r.exceptions(n) },
	})
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, required := range []struct {
		given         bool
		key, expected string
	}{
		{apiVersion, "apiVersion", "apiVersion: " + APIVersion},
		{kind, "kind", "kind: " + Kind},
		{metadata, "metadata", "metadata: {name: …}"},
	} {
		if !required.given {
			r.problem(n, "the policy has no "+required.key, "expected "+required.expected)
		}
	}
}

// metadata reads the name, the only thing it holds.
func (r *reader) metadata(n *yaml.Node) (name string) {
	given := false
	r.fields(n, "metadata", map[string]func(*yaml.Node){
		"name": func(n *yaml.Node) { given = true; name = r.name(n, "metadata.name") },
	})
	if !given && n.Kind == yaml.MappingNode {
		r.problem(n, "metadata has no name", "expected metadata: {name: …}")
	}
	return name
}

// UnknownPreset is the error for a file that extends none of the known presets.
func (f *File) UnknownPreset(known []string) error {
	c := &problems{}
	c.add(f.extendsAt, fmt.Sprintf("extends is %q", f.Extends), "expected "+oneOf(known), Nearest(f.Extends, known))
	return c.err()
}
