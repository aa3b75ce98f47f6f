package config

import (
	"slices"
	"time"
)

// Excluded reports whether the gate leaves a namespace alone.
func (p *Policy) Excluded(namespace string) bool {
	_, found := slices.BinarySearch(p.ExcludeNamespaces, namespace)
	return found
}

// Except returns the first exception that excuses an object from a rule, or nil.
// names are all names the object can be known by. An exception holds to the end
// of its last day, UTC.
func (p *Policy) Except(rule, namespace string, names []string, now time.Time) *Exception {
	for i := range p.Exceptions {
		e := &p.Exceptions[i]
		if anyGlob(e.Rules, rule) &&
			(len(e.Namespaces) == 0 || anyGlob(e.Namespaces, namespace)) &&
			(len(e.Names) == 0 || slices.ContainsFunc(names, func(name string) bool { return anyGlob(e.Names, name) })) &&
			!e.Expired(now) {
			return e
		}
	}
	return nil
}

// Expired reports whether the exception's last day, UTC, is over.
func (e Exception) Expired(now time.Time) bool { return now.UTC().Format(time.DateOnly) > e.Expires }

// Trusts reports whether a user may act for owners of this kind.
func (p *Policy) Trusts(apiGroup, kind, user string) bool {
	return slices.ContainsFunc(p.TrustedOwners, func(t TrustedOwner) bool {
		return t.APIGroup == apiGroup && t.Kind == kind && anyGlob(t.Users, user)
	})
}
