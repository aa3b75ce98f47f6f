package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Resolve lays a file over its preset (nil: nothing below) and checks both
// against the rules. Every rule is in the result, with mode, fill and all
// parameters. The error is *Errors.
func Resolve(file, preset *File, rules []RuleSpec) (*Policy, error) {
	r := &resolver{rules: map[string]*ruleCheck{}}
	for _, spec := range rules {
		r.rules[spec.Name] = newRuleCheck(spec)
	}
	r.names = sortedKeys(r.rules)

	var layers []*File // lowest first
	if preset != nil {
		if preset.Extends != "" {
			r.add(preset.extendsAt, fmt.Sprintf("the preset extends %q", preset.Extends), "a preset stands alone", "")
		}
		layers = append(layers, preset)
	}
	layers = append(layers, file)
	for _, layer := range layers {
		r.check(layer)
	}
	p := r.merge(layers)
	if len(p.Namespaces) > maxNamespaces {
		r.add(place{file: file.Path}, fmt.Sprintf("namespaces has %d entries, those of the preset included", len(p.Namespaces)),
			fmt.Sprintf("at most %d are allowed", maxNamespaces), "")
	}
	if r.count() == 0 {
		r.countVariants(p, file)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	p.digest = digestOf(p)
	return p, nil
}

type resolver struct {
	problems
	rules map[string]*ruleCheck
	names []string // sorted
}

// check judges the names and values of one file.
func (r *resolver) check(f *File) {
	r.entries(f.rules)
	for _, n := range f.namespaces {
		r.entries(n.rules)
	}
	for _, p := range f.profiles {
		r.entries(p.rules)
	}
	for _, e := range f.exceptions {
		for i, pattern := range e.exception.Rules {
			if !slices.ContainsFunc(r.names, func(name string) bool { return glob(pattern, name) }) {
				r.add(e.ruleAt[i], fmt.Sprintf("no rule matches %q", clip(pattern)), "expected the name of a rule or a pattern with *", Nearest(pattern, r.names))
			}
		}
	}
}

func (r *resolver) entries(list []ruleEntry) {
	for _, entry := range list {
		check, ok := r.rules[entry.rule]
		if !ok && r.count() >= maxProblems {
			r.more++
			continue
		}
		if !ok {
			r.add(entry.at, fmt.Sprintf("there is no rule %q", clip(entry.rule)), "expected one of the rules that are loaded", Nearest(entry.rule, r.names))
			continue
		}
		for _, name := range sortedKeys(entry.settings.Params) {
			check.param(&r.problems, entry, name)
		}
	}
}

// merge makes the policy. It never fails; names that are not known are left out.
func (r *resolver) merge(layers []*File) *Policy {
	top := layers[len(layers)-1]
	p := &Policy{
		Name:              top.Name,
		MaxMode:           Enforce,
		AmbiguousDefaults: FillAmbiguous,
		RecordFills:       RecordAnnotation,
		Rules:             map[string]Settings{},
		Profiles:          map[string]Profile{},
		rules:             r.names,
		layers:            layers,
	}
	enforce, fill := Enforce, true
	unnamed := Settings{Mode: &enforce, Fill: &fill}
	named := map[string]Settings{}
	for _, f := range layers {
		p.MaxMode = cmp.Or(f.maxMode, p.MaxMode)
		p.AmbiguousDefaults = cmp.Or(f.ambiguousDefaults, p.AmbiguousDefaults)
		p.RecordFills = cmp.Or(f.recordFills, p.RecordFills)
		if f.excludeNamespaces != nil {
			p.ExcludeNamespaces = slices.Clone(f.excludeNamespaces)
		}
		if f.trustedOwners != nil {
			p.TrustedOwners = slices.Clone(f.trustedOwners)
		}
		unnamed = unnamed.with(f.unnamed.settings)
		overlay(named, f.rules)
		for _, n := range f.namespaces {
			p.Namespaces = append(p.Namespaces, NamespaceRules{Match: n.match, Rules: overlay(map[string]Settings{}, n.rules)})
		}
		for _, profile := range f.profiles {
			rules := maps.Clone(p.Profiles[profile.name].Rules)
			if rules == nil {
				rules = map[string]Settings{}
			}
			p.Profiles[profile.name] = Profile{Rules: overlay(rules, profile.rules)}
		}
		for _, e := range f.exceptions {
			p.Exceptions = append(p.Exceptions, e.exception)
		}
	}
	for name, check := range r.rules {
		settings := unnamed
		settings.Params = check.defaults
		p.Rules[name] = settings.with(named[name])
	}
	return p
}

// overlay lays the entries of a file over settings by rule, and returns those.
func overlay(settings map[string]Settings, entries []ruleEntry) map[string]Settings {
	for _, entry := range entries {
		settings[entry.rule] = settings[entry.rule].with(entry.settings)
	}
	return settings
}

// with is s where later says nothing, and later where it does. Neither changes.
func (s Settings) with(later Settings) Settings {
	if later.Mode != nil {
		s.Mode = later.Mode
	}
	if later.Fill != nil {
		s.Fill = later.Fill
	}
	if len(later.Params) > 0 {
		params := make(map[string]any, len(s.Params)+len(later.Params))
		maps.Copy(params, s.Params)
		maps.Copy(params, later.Params)
		s.Params = params
	}
	return s
}
