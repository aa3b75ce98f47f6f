package engine

import (
	"slices"
	"strings"
)

// canonical is a view path in the one spelling that two rules can be compared
// by: `pod` is another name of `job.spec.template`.
func canonical(view []string) []string {
	if len(view) > 0 && view[0] == "pod" {
		return append([]string{"job", "spec", "template"}, view[1:]...)
	}
	return view
}

// pathKey is a view path as a map key. NUL cannot be part of a JSON key that
// Kubernetes knows, so two paths never share one.
func pathKey(view []string) string { return strings.Join(view, "\x00") }

// below reports whether path lies below prefix, both keys of pathKey.
func below(path, prefix string) bool { return strings.HasPrefix(path, prefix+"\x00") }

// join appends without sharing the memory of path.
func join(path []string, more ...string) []string {
	return append(slices.Clip(path), more...)
}

// dotted is a view path as rules write it.
func dotted(path []string) string { return strings.Join(path, ".") }
