package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Origin is where a part of a binding is written.
type Origin struct {
	// Section is the part of the file: "default", "rules", "profile NAME",
	// "namespaces[N]", "maxMode" or "exceptions[N]"; "rule" for what the rule itself
	// declares, and "" for what is so when nobody says anything.
	Section string
	File    *File // nil for what is in no file
	Line    int   // from 1
}

// Explanation is a binding with the origin of its every part.
type Explanation struct {
	Binding
	ModeFrom   Origin
	FillFrom   Origin
	ParamsFrom map[string]Origin
	// Uncapped is the mode without maxMode, and UncappedFrom where that is written.
	// It differs from Mode where ModeFrom is maxMode.
	Uncapped     Mode
	UncappedFrom Origin
}

// Override is what a profile, or an item of namespaces, says of one rule.
type Override struct {
	Origin
	Settings
	Match NamespaceMatch // of an item of namespaces
}

// Excuse is an exception with its origin.
type Excuse struct {
	Origin
	Exception
}

// Explain says how a rule is bound to the requests of a selection, which is what
// Bindings says of it, and why. ok is false when there is no such rule.
func (p *Policy) Explain(rule string, s Selection) (e Explanation, ok bool) {
	for _, b := range p.Bindings(s) {
		if b.Rule == rule {
			e, ok = Explanation{Binding: b, Uncapped: Enforce, ParamsFrom: map[string]Origin{}}, true
		}
	}
	for name := range e.Params {
		e.ParamsFrom[name] = Origin{Section: "rule"}
	}
	for _, f := range p.layers {
		e.take("default", f, f.unnamed)
	}
	for _, f := range p.layers {
		e.takeAll("rules", f, f.rules)
	}
	for _, f := range p.layers {
		for _, profile := range f.profiles {
			if profile.name == s.Profile {
				e.takeAll("profile "+profile.name, f, profile.rules)
			}
		}
	}
	bit := 0
	for _, f := range p.layers {
		for i, entry := range f.namespaces {
			if s.Namespaces&(1<<bit) != 0 {
				e.takeAll(fmt.Sprintf("namespaces[%d]", i), f, entry.rules)
			}
			bit++
		}
	}
	e.UncappedFrom = e.ModeFrom
	for _, f := range p.layers {
		if f.maxMode != "" && e.Mode != e.Uncapped {
			e.ModeFrom = Origin{Section: "maxMode", File: f, Line: f.maxModeAt.line}
		}
	}
	return e, ok
}

// takeAll takes what a section says of the rule.
func (e *Explanation) takeAll(section string, f *File, entries []ruleEntry) {
	for _, entry := range entries {
		if entry.rule == e.Rule {
			e.take(section, f, entry)
		}
	}
}

func (e *Explanation) take(section string, f *File, entry ruleEntry) {
	if mode := entry.settings.Mode; mode != nil {
		e.Uncapped, e.ModeFrom = *mode, Origin{section, f, entry.modeAt.line}
	}
	if entry.settings.Fill != nil {
		e.FillFrom = Origin{section, f, entry.fillAt.line}
	}
	for name := range entry.settings.Params {
		e.ParamsFrom[name] = Origin{section, f, entry.params[name].key.line}
	}
}

// Overrides are what profiles and namespaces say of a rule, profiles first, each
// in the order in which it is applied.
func (p *Policy) Overrides(rule string) []Override {
	var profiles, namespaces []Override
	for _, f := range p.layers {
		for _, profile := range f.profiles {
			for _, entry := range profile.rules {
				if entry.rule == rule {
					profiles = append(profiles, Override{Origin: Origin{"profile " + profile.name, f, entry.at.line}, Settings: entry.settings})
				}
			}
		}
		for i, n := range f.namespaces {
			for _, entry := range n.rules {
				if entry.rule == rule {
					namespaces = append(namespaces, Override{
						Origin: Origin{fmt.Sprintf("namespaces[%d]", i), f, entry.at.line}, Settings: entry.settings, Match: n.match,
					})
				}
			}
		}
	}
	return append(profiles, namespaces...)
}

// Excused is the exception, of those that hold on a day, that excuses every
// object of a namespace from a rule. Whom one excuses by name is not asked.
func (p *Policy) Excused(rule, namespace string, now time.Time) (Excuse, bool) {
	for _, e := range p.Excuses(rule) {
		all := len(e.Names) == 0 || slices.ContainsFunc(e.Names, func(name string) bool { return strings.Trim(name, "*") == "" })
		if all && !e.Expired(now) && (len(e.Namespaces) == 0 || anyGlob(e.Namespaces, namespace)) {
			return e, true
		}
	}
	return Excuse{}, false
}

// Excuses are the exceptions that a rule has, past ones included.
func (p *Policy) Excuses(rule string) []Excuse {
	var excuses []Excuse
	for _, f := range p.layers {
		for i, e := range f.exceptions {
			if anyGlob(e.exception.Rules, rule) {
				excuses = append(excuses, Excuse{Origin{fmt.Sprintf("exceptions[%d]", i), f, e.at.line}, e.exception})
			}
		}
	}
	return excuses
}
