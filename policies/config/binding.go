package config

import "slices"

// Selection names the parts of a policy that apply to a request: one bit for
// each `namespaces` entry that matches, and a profile that exists or "".
// A policy has few of them, whatever the authors of Jobs write.
type Selection struct {
	Namespaces uint64
	Profile    string
}

// Select finds what applies in a namespace with these labels to an object with
// this profile. An unknown profile is none.
func (p *Policy) Select(namespace string, labels map[string]string, profile string) Selection {
	var s Selection
	for i, entry := range p.Namespaces {
		if entry.Match.matches(namespace, labels) {
			s.Namespaces |= 1 << i
		}
	}
	if _, ok := p.Profiles[profile]; ok {
		s.Profile = profile
	}
	return s
}

func (m NamespaceMatch) matches(namespace string, labels map[string]string) bool {
	if len(m.Names) > 0 && !anyGlob(m.Names, namespace) {
		return false
	}
	for key, pattern := range m.Labels {
		value, ok := labels[key]
		if !ok || !glob(pattern, value) {
			return false
		}
	}
	return true
}

// Bindings say how each rule applies to the requests of a selection, sorted by
// rule name. The caller keeps them; it is not for every request. Parameters are
// shared and must not be changed.
func (p *Policy) Bindings(s Selection) []Binding {
	profile := p.Profiles[s.Profile]
	list := make([]Binding, 0, len(p.rules))
	for _, rule := range p.rules {
		settings := p.Rules[rule].with(profile.Rules[rule])
		for i, entry := range p.Namespaces {
			if s.Namespaces&(1<<i) != 0 {
				settings = settings.with(entry.Rules[rule])
			}
		}
		list = append(list, Binding{
			Rule:   rule,
			Mode:   settings.Mode.Cap(p.MaxMode),
			Fill:   *settings.Fill,
			Params: settings.Params,
		})
	}
	return list
}

// Fills reports whether a rule fills anything in where no namespace and no
// profile says otherwise.
func (p *Policy) Fills() bool {
	return slices.ContainsFunc(p.Bindings(Selection{}), func(b Binding) bool { return b.Fill && b.Mode != Off })
}

// NeedsLabels reports whether a Selection depends on the namespace's labels.
func (p *Policy) NeedsLabels() bool {
	return slices.ContainsFunc(p.Namespaces, func(n NamespaceRules) bool { return len(n.Match.Labels) > 0 })
}

// ProfileNames are the profiles of the policy, sorted.
func (p *Policy) ProfileNames() []string { return sortedKeys(p.Profiles) }

// NearestProfile is the profile that a name is probably meant to be, or "".
func (p *Policy) NearestProfile(name string) string { return Nearest(name, p.ProfileNames()) }
