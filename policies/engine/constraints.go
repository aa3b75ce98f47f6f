package engine

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Constraints are the LimitRanges and ResourceQuotas of all namespaces, each by
// the name that its owner knows it by. The zero value has none. It is not safe for
// concurrent use.
type Constraints struct {
	limits byNamespace[[]LimitRange]
	quotas byNamespace[ResourceQuota]
}

// SetLimits takes a LimitRange in place of the one of that name.
func (c *Constraints) SetLimits(namespace, name string, limits *corev1.LimitRange) {
	c.limits.set(namespace, name, LimitsOf(limits))
}

// DropLimits forgets a LimitRange.
func (c *Constraints) DropLimits(namespace, name string) { c.limits.drop(namespace, name) }

// SetQuota takes a ResourceQuota in place of the one of that name.
func (c *Constraints) SetQuota(namespace, name string, quota *corev1.ResourceQuota) {
	c.quotas.set(namespace, name, QuotaOf(quota))
}

// DropQuota forgets a ResourceQuota.
func (c *Constraints) DropQuota(namespace, name string) { c.quotas.drop(namespace, name) }

// Has reports whether a namespace has any of either.
func (c *Constraints) Has(namespace string) (limits, quotas bool) {
	return len(c.limits[namespace]) > 0, len(c.quotas[namespace]) > 0
}

// Of is the namespace with what it has of them, sorted by name.
func (c *Constraints) Of(ns Namespace) Namespace {
	ns.LimitRanges = slices.Concat(c.limits.sorted(ns.Name)...)
	ns.ResourceQuotas = c.quotas.sorted(ns.Name)
	return ns
}

// byNamespace holds things by their namespace and their name.
type byNamespace[T any] map[string]map[string]T

func (b *byNamespace[T]) set(namespace, name string, value T) {
	if *b == nil {
		*b = byNamespace[T]{}
	}
	if (*b)[namespace] == nil {
		(*b)[namespace] = map[string]T{}
	}
	(*b)[namespace][name] = value
}

func (b byNamespace[T]) drop(namespace, name string) {
	delete(b[namespace], name)
	if len(b[namespace]) == 0 {
		delete(b, namespace)
	}
}

func (b byNamespace[T]) sorted(namespace string) []T {
	var all []T
	for _, name := range slices.Sorted(maps.Keys(b[namespace])) {
		all = append(all, b[namespace][name])
	}
	return all
}
