package schema

import (
	"maps"
	"slices"
	"strconv"

	"github.com/batchgate/batchgate/policies/config"
)

// Has reports whether a path of the input exists.
func Has(path []string) bool {
	_, known := follow(path)
	return known == len(path)
}

// IsField reports whether a path is one of the object's own fields, as a
// default writes it and a finding names it: it exists, starts at job, cronjob,
// pod or containers, and is nothing that the input adds to the object, such as
// a container's role.
func IsField(path []string) bool {
	nodes, known := follow(path)
	if known == 0 || known != len(path) {
		return false
	}
	switch path[0] {
	case "job", "cronjob", "pod", "containers":
		return !slices.ContainsFunc(nodes, func(n *node) bool { return n.Added })
	}
	return false
}

// Nearest says what is wrong with a path: bad is its first key that does not
// exist, near the name there that it is most likely a misspelling of, or "". A
// path that exists has no bad key.
func Nearest(path []string) (bad, near string) {
	nodes, known := follow(path)
	if known == len(path) {
		return "", ""
	}
	last := root()
	if known > 0 {
		last = nodes[known-1].resolved()
	}
	return path[known], config.Nearest(path[known], slices.Sorted(maps.Keys(last.Properties)))
}

// follow walks a path as far as it exists.
func follow(path []string) (nodes []*node, known int) {
	at := root()
	for i, key := range path {
		byName := i > 0 && path[i-1] == "containers" && (i == 1 || i == 2 && path[0] == "old")
		next := at.resolved().member(key, byName)
		if next == nil {
			return nodes, i
		}
		nodes = append(nodes, next)
		at = next
	}
	return nodes, len(path)
}

// member is what lies under a key; nil when there is no such key.
func (n *node) member(key string, byName bool) *node {
	switch n.Type {
	case "object":
		if property := n.Properties[key]; property != nil {
			return property
		}
		return n.Values.node
	case "array":
		if index, err := strconv.Atoi(key); byName || key == "*" || err == nil && index >= 0 {
			return n.Items
		}
	case "": // anything
		return n
	}
	return nil
}
