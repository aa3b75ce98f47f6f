package config

import (
	"encoding/json"
	"fmt"
	"slices"
)

// MaxVariants is how many different sets of parameters one rule can have: each is
// compiled at load.
const MaxVariants = 256

// Variants are the different sets of parameters that Bindings can give each rule
// for any selection. The first is the one without profile and namespaces; the
// order depends on the policy only.
func (p *Policy) Variants() map[string][]map[string]any {
	all := make(map[string][]map[string]any, len(p.rules))
	for _, rule := range p.rules {
		all[rule], _ = p.variantsOf(rule)
	}
	return all
}

// Asks reports whether any selection asks a rule: one that is off whatever the
// namespace and the profile never answers.
func (p *Policy) Asks(rule string) bool {
	return p.somewhere(rule, func(m Mode) bool { return m != Off })
}

// Enforced are the rules that some selection lets refuse, sorted.
func (p *Policy) Enforced() (rules []string) {
	for _, rule := range p.rules {
		if p.somewhere(rule, func(m Mode) bool { return m.Cap(p.MaxMode) == Enforce }) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// somewhere reports whether the rule itself, a profile or a namespaces entry gives it such a mode.
func (p *Policy) somewhere(rule string, such func(Mode) bool) bool {
	given := func(s Settings) bool { return s.Mode != nil && such(*s.Mode) }
	return given(p.Rules[rule]) ||
		slices.ContainsFunc(p.ProfileNames(), func(name string) bool { return given(p.Profiles[name].Rules[rule]) }) ||
		slices.ContainsFunc(p.Namespaces, func(n NamespaceRules) bool { return given(n.Rules[rule]) })
}

// variantsOf stops when there are too many, and says so.
func (p *Policy) variantsOf(rule string) (list []map[string]any, fits bool) {
	seen := map[string]bool{}
	add := func(s Settings) {
		// Objects are written with sorted keys: equal parameters are equal text.
		text, _ := json.Marshal(s.Params)
		if !seen[string(text)] {
			seen[string(text)] = true
			list = append(list, s.Params)
		}
	}
	base := p.Rules[rule]
	add(base)
	for _, name := range p.ProfileNames() {
		add(base.with(p.Profiles[name].Rules[rule]))
	}
	// An entry applies or it does not, after any combination of those before it.
	for _, entry := range p.Namespaces {
		settings := entry.Rules[rule]
		if len(settings.Params) == 0 {
			continue
		}
		for _, params := range list[:len(list):len(list)] {
			add(Settings{Params: params}.with(settings))
		}
		if len(list) > MaxVariants {
			return list, false
		}
	}
	return list, true
}

// countVariants refuses a policy that would take too long to compile.
func (r *resolver) countVariants(p *Policy, file *File) {
	for _, rule := range p.rules {
		if _, fits := p.variantsOf(rule); !fits {
			at := place{file: file.Path}
			if n := len(file.namespaces); n > 0 {
				at = file.namespaces[n-1].at
			}
			r.add(at, fmt.Sprintf("the profiles and namespaces can give rule %s more than %d different sets of parameters", rule, MaxVariants),
				"expected fewer entries that set its parameters", "")
		}
	}
}
