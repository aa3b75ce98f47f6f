package certs

import (
	"slices"
	"sync"
)

// notices collects what is told.
type notices struct {
	mu   sync.Mutex
	list []string
}

func (n *notices) add(reason, _ string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, reason)
}

func (n *notices) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}

func (n *notices) count(reason string) int {
	count := 0
	for _, r := range n.all() {
		if r == reason {
			count++
		}
	}
	return count
}
