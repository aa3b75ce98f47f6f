package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	maxNamespaces    = 64 // Selection has one bit for each
	maxProfiles      = 64
	maxExceptions    = 1000
	maxTrustedOwners = 100
)

// name reads a policy's, preset's or profile's name, which is a label value too.
func (r *reader) name(n *yaml.Node, what string) string {
	text, ok := r.text(n, what)
	if !ok {
		return ""
	}
	if !isLabel(text) {
		r.problem(n, fmt.Sprintf("%s is %q", what, clip(text)), "expected at most 63 lower-case letters, digits and -")
		return ""
	}
	return text
}

func isLabel(s string) bool {
	return len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s == strings.Trim(s, "-") && s != ""
}

func (r *reader) mode(n *yaml.Node, what string, modes ...Mode) Mode {
	words := make([]string, len(modes))
	for i, mode := range modes {
		words[i] = string(mode)
	}
	word := r.word(n, what, words...)
	return Mode(word)
}

// rules reads a `rules` mapping. In a profile nothing can be turned off.
func (r *reader) rules(n *yaml.Node, what string, profile bool) []ruleEntry {
	var list []ruleEntry
	for _, p := range r.pairs(n, what) {
		entry := ruleEntry{rule: p.key, at: r.at(p.keyAt), params: map[string]paramPlace{}}
		of := "of rule " + clip(p.key)
		if mode := Mode(p.value.Value); p.value.Kind == yaml.ScalarNode && mode.rank() > 0 {
			r.problem(p.value, fmt.Sprintf("the settings %s are %s", of, show(p.value)), fmt.Sprintf("expected {mode: %s}", mode))
			continue
		}
		r.fields(p.value, "the settings "+of, map[string]func(*yaml.Node){
			"mode":   func(n *yaml.Node) { entry.modeAt = r.at(n); entry.settings.Mode = r.ruleMode(n, "mode "+of, profile) },
			"fill":   func(n *yaml.Node) { entry.fillAt = r.at(n); entry.settings.Fill = r.fill(n, "fill "+of, profile) },
			"params": func(n *yaml.Node) { r.params(n, "params "+of, &entry) },
		})
		list = append(list, entry)
	}
	return list
}

const profileOnlyAdds = "a profile only adds, because the author of a Job chooses it: remove the key"

func (r *reader) ruleMode(n *yaml.Node, what string, profile bool) *Mode {
	mode := r.mode(n, what, Off, Audit, Warn, Enforce)
	if profile && mode == Off {
		r.problem(n, what+" is off in a profile", profileOnlyAdds)
	}
	if mode == "" {
		return nil
	}
	return &mode
}

func (r *reader) fill(n *yaml.Node, what string, profile bool) *bool {
	fill := r.boolean(n, what)
	if profile && fill != nil && !*fill {
		r.problem(n, what+" is false in a profile", profileOnlyAdds)
	}
	return fill
}

func (r *reader) params(n *yaml.Node, what string, entry *ruleEntry) {
	entry.settings.Params = map[string]any{}
	for _, p := range r.pairs(n, what) {
		if v, ok := r.value(p.value, fmt.Sprintf("param %q of rule %s", clip(p.key), clip(entry.rule)), 1); ok {
			entry.settings.Params[p.key] = v
			entry.params[p.key] = paramPlace{r.at(p.keyAt), p.value}
		}
	}
}

// unnamed reads `default`, the settings of rules that no file names.
func (r *reader) unnamed(n *yaml.Node) ruleEntry {
	var entry ruleEntry
	r.fields(n, "default", map[string]func(*yaml.Node){
		"mode": func(n *yaml.Node) { entry.modeAt = r.at(n); entry.settings.Mode = r.ruleMode(n, "default.mode", false) },
		"fill": func(n *yaml.Node) { entry.fillAt = r.at(n); entry.settings.Fill = r.fill(n, "default.fill", false) },
	})
	return entry
}

func (r *reader) excluded(n *yaml.Node) []string {
	names := r.texts(n, "excludeNamespaces", func(n *yaml.Node, text string) bool {
		if isLabel(text) {
			return true
		}
		expected := "expected the name of a namespace"
		if strings.Contains(text, "*") {
			expected += " in full: the API server is given this list and knows no patterns"
		}
		r.problem(n, fmt.Sprintf("the excluded namespace %q is not a name", clip(text)), expected)
		return false
	})
	slices.Sort(names)
	return slices.Compact(names)
}

func (r *reader) owners(n *yaml.Node) []TrustedOwner {
	list := []TrustedOwner{}
	for _, item := range r.items(n, "trustedOwners", maxTrustedOwners) {
		var owner TrustedOwner
		before := r.count()
		r.fields(item, "a trusted owner", map[string]func(*yaml.Node){
			"apiGroup": func(n *yaml.Node) { owner.APIGroup, _ = r.text(n, "apiGroup") },
			"kind":     func(n *yaml.Node) { owner.Kind, _ = r.text(n, "kind") },
			"users":    func(n *yaml.Node) { owner.Users = r.patterns(n, "users", anyText) },
		})
		if r.count() == before && (owner.APIGroup == "" || owner.Kind == "" || len(owner.Users) == 0) {
			r.problem(item, "a trusted owner is incomplete", "expected apiGroup, kind and users")
		}
		list = append(list, owner)
	}
	return list
}

// patterns reads a list of globs. An empty one would match everything or nothing.
func (r *reader) patterns(n *yaml.Node, what string, check func(n *yaml.Node, text string) bool) []string {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.problem(n, what+" is empty", "expected at least one pattern, or remove the key")
	}
	return r.texts(n, what, check)
}

func anyText(*yaml.Node, string) bool { return true }

func (r *reader) namespaces(n *yaml.Node) []namespaceEntry {
	var list []namespaceEntry
	for _, item := range r.items(n, "namespaces", maxNamespaces) {
		entry := namespaceEntry{at: r.at(item)}
		before := r.count()
		r.fields(item, "an item of namespaces", map[string]func(*yaml.Node){
			"match": func(n *yaml.Node) { entry.match = r.namespaceMatch(n) },
			"rules": func(n *yaml.Node) { entry.rules = r.rules(n, "rules", false) },
		})
		if r.count() == before && len(entry.match.Names) == 0 && len(entry.match.Labels) == 0 {
			r.problem(item, "an item of namespaces matches nothing in particular", `expected match: {names: […], labels: {…}}; names: ["*"] is every namespace`)
		}
		list = append(list, entry)
	}
	return list
}

func (r *reader) namespaceMatch(n *yaml.Node) NamespaceMatch {
	var m NamespaceMatch
	r.fields(n, "match", map[string]func(*yaml.Node){
		"names": func(n *yaml.Node) { m.Names = r.patterns(n, "match.names", r.namePattern) },
		"labels": func(n *yaml.Node) {
			m.Labels = map[string]string{}
			for _, p := range r.pairs(n, "match.labels") {
				if p.value.Kind == yaml.ScalarNode && p.value.ShortTag() == "!!str" && p.value.Value == "" {
					m.Labels[p.key] = "" // labels may be empty
				} else if text, ok := r.text(p.value, "the label "+clip(p.key)); ok {
					m.Labels[p.key] = text
				}
			}
		},
	})
	return m
}

// namePattern refuses what can match no name of an object: a likely slip.
func (r *reader) namePattern(n *yaml.Node, text string) bool {
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-.*") == "" {
		return true
	}
	r.problem(n, fmt.Sprintf("the pattern %q matches no name", clip(text)), "expected lower-case letters, digits, -, . and * for any text")
	return false
}

func (r *reader) profiles(n *yaml.Node) []profileEntry {
	pairs := r.pairs(n, "profiles")
	if len(pairs) > maxProfiles {
		r.problem(n, fmt.Sprintf("profiles has %d entries", len(pairs)), fmt.Sprintf("at most %d are allowed", maxProfiles))
		return nil
	}
	var list []profileEntry
	for _, p := range pairs {
		entry := profileEntry{name: r.name(p.keyAt, "the name of a profile")}
		r.fields(p.value, "profile "+clip(p.key), map[string]func(*yaml.Node){
			"rules": func(n *yaml.Node) { entry.rules = r.rules(n, "rules", true) },
		})
		list = append(list, entry)
	}
	return list
}

func (r *reader) exceptions(n *yaml.Node) []exceptionEntry {
	var list []exceptionEntry
	for _, item := range r.items(n, "exceptions", maxExceptions) {
		list = append(list, r.exception(item))
	}
	return list
}

func (r *reader) exception(item *yaml.Node) exceptionEntry {
	entry := exceptionEntry{at: r.at(item)}
	e := &entry.exception
	given := map[string]bool{}
	field := func(key string, read func(*yaml.Node)) func(*yaml.Node) {
		return func(n *yaml.Node) { given[key] = true; read(n) }
	}
	r.fields(item, "an exception", map[string]func(*yaml.Node){
		"rules": field("rules", func(n *yaml.Node) {
			e.Rules = r.patterns(n, "rules", func(n *yaml.Node, _ string) bool {
				entry.ruleAt = append(entry.ruleAt, r.at(n))
				return true
			})
		}),
		"match": field("match", func(n *yaml.Node) {
			r.fields(n, "match", map[string]func(*yaml.Node){
				"namespaces": func(n *yaml.Node) { e.Namespaces = r.patterns(n, "match.namespaces", r.namePattern) },
				"names":      func(n *yaml.Node) { e.Names = r.patterns(n, "match.names", r.namePattern) },
			})
			given["match"] = len(n.Content) > 0
		}),
		"reason":  field("reason", func(n *yaml.Node) { e.Reason, _ = r.text(n, "reason") }),
		"owner":   field("owner", func(n *yaml.Node) { e.Owner, _ = r.text(n, "owner") }),
		"expires": field("expires", func(n *yaml.Node) { e.Expires = r.date(n, "expires") }),
	})
	if item.Kind != yaml.MappingNode {
		return entry
	}
	for _, required := range [][2]string{
		{"rules", "rules: [NAME]"},
		{"match", `match: {namespaces: […], names: […]}; names: ["*"] is every name`},
		{"reason", "reason: why the rule cannot hold here"},
		{"owner", "owner: who answers for it"},
		{"expires", "expires: YYYY-MM-DD, the last day it holds"},
	} {
		if !given[required[0]] {
			r.problem(item, "the exception has no "+required[0], "expected "+required[1])
		}
	}
	return entry
}

// date reads a day, quoted or not.
func (r *reader) date(n *yaml.Node, what string) string {
	if !r.is(n, yaml.ScalarNode, what, "a day") {
		return ""
	}
	if regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`).MatchString(n.Value) {
		if _, err := time.Parse(time.DateOnly, n.Value); err == nil {
			return n.Value
		}
		r.problem(n, fmt.Sprintf("%s is %s", what, clip(n.Value)), "there is no such day")
		return ""
	}
	r.problem(n, fmt.Sprintf("%s is %s", what, show(n)), "expected a day as YYYY-MM-DD")
	return ""
}
