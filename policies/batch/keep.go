package batch

import (
	"slices"
	"sync"
)

// Keep says which parts of an object are read into terms. It is immutable but
// for what it remembers of earlier objects, and safe for concurrent use. A nil Keep keeps everything but metadata.managedFields
// and the last-applied annotation, which are evidence and never part of a view.
type Keep struct {
	job, cronJob *branch
	quantities   bool // some rule may read numbers of containers or the pod
	references   bool // some rule may read parsed image names
	timetables   bool // some rule may read what a schedule says

	parsers           sync.Pool // of *parser: their buffers are most of what reading costs
	images, schedules memory
}

// branch is a node of the tree of kept places.
type branch struct {
	all      bool // the whole sub-tree
	children map[string]*branch
	item     *branch // any member or list item
	capture  capture
	most     int // how many items a list may have; 0: any number
}

// maxContainers is more than any object that etcd stores can have: its requests
// end at 1.5 MiB, and a container with nothing but its defaults takes 50 bytes.
// Each becomes a thing that rules look at, so a list of a million would cost
// whoever sends it nothing and the gate its memory.
const maxContainers = 40_000

// capture marks what is kept as raw JSON instead of terms.
type capture int

const (
	captureNothing capture = iota
	captureManagedFields
	captureLastApplied
)

// NewKeep keeps the given view paths with all that lies below them. "*" stands
// for any container name, key or list item. Paths of other roots than job,
// cronjob, pod and containers are ignored; an empty path keeps everything.
func NewKeep(paths [][]string) *Keep {
	k := &Keep{job: &branch{}, cronJob: &branch{}}
	for _, path := range append(slices.Clone(paths), alwaysKept()...) {
		if len(path) == 0 {
			k.job.keepAll()
			k.cronJob.keepAll()
			k.quantities, k.references, k.timetables = true, true, true
			continue
		}
		k.add(path)
	}
	for _, root := range []*branch{k.job, k.cronJob} {
		root.spread()
		root.boundContainers()
		metadata := root.grow("metadata")
		metadata.grow("managedFields").capture = captureManagedFields
		metadata.grow("annotations").grow(lastApplied).capture = captureLastApplied
	}
	return k
}

// alwaysKept are the places this package itself looks at.
func alwaysKept() [][]string {
	var paths [][]string
	for _, root := range []string{"job", "cronjob"} {
		for _, field := range []string{
			"name", "generateName", "namespace", "ownerReferences", "deletionTimestamp",
		} {
			paths = append(paths, []string{root, "metadata", field})
		}
		for field, keys := range map[string][]string{"labels": markingLabels(), "annotations": markingAnnotations()} {
			for _, key := range keys {
				paths = append(paths, []string{root, "metadata", field, key})
			}
		}
	}
	for _, field := range []string{"managedBy", "parallelism", "backoffLimitPerIndex", "podFailurePolicy"} {
		paths = append(paths, []string{"job", "spec", field})
	}
	for _, field := range []string{"name", "image", "restartPolicy"} {
		paths = append(paths, []string{"containers", "*", field})
	}
	return paths
}

func (k *Keep) add(path []string) {
	rest := path[1:]
	template := []string{"spec", "template"}
	switch path[0] {
	case "cronjob":
		if len(rest) == 0 || rest[0] == "timetable" || rest[0] == "*" {
			k.timetables = true
			k.cronJob.add([]string{"spec", "schedule"})
			k.cronJob.add([]string{"spec", "timeZone"})
		}
		k.cronJob.add(rest)
	case "job":
		k.addJob(rest)
		k.quantities = k.quantities || len(rest) == 0
	case "pod":
		if len(rest) == 0 || rest[0] == "quantities" || rest[0] == "*" {
			k.quantities = true
			k.addJob(slices.Concat(template, []string{"spec", "resources"}))
		}
		k.addJob(slices.Concat(template, rest))
	case "containers":
		field := "" // every field
		if len(rest) > 1 && rest[1] != "*" {
			field = rest[1]
		}
		k.quantities = k.quantities || field == "" || field == "quantities"
		k.references = k.references || field == "" || field == "reference"
		for _, list := range containerLists() {
			at := slices.Concat(template, []string{"spec", list})
			if len(rest) > 0 {
				at = append(at, "*")
			}
			if len(rest) > 1 {
				at = append(at, rest[1:]...)
			}
			if field == "quantities" {
				at = append(slices.Concat(template, []string{"spec", list, "*"}), "resources")
			}
			k.addJob(at)
		}
	}
}

// boundContainers sets how many containers an object may have, below spec of a
// Job or of a CronJob's template.
func (b *branch) boundContainers() {
	if child := b.children["spec"]; child != nil {
		if template := child.children["jobTemplate"]; template != nil {
			template.boundContainers()
		}
		if template := child.children["template"]; template != nil {
			for _, list := range containerLists() {
				template.grow("spec").grow(list).most = maxContainers
			}
		}
	}
}

func (k *Keep) addJob(path []string) {
	k.job.add(path)
	k.cronJob.add(slices.Concat([]string{"spec", "jobTemplate"}, path))
}

// containerLists are the lists of a pod spec that views show as containers, in
// that order. Ephemeral containers are not part of a template.
func containerLists() []string { return []string{"containers", "initContainers"} }

func (b *branch) grow(key string) *branch {
	if b.children == nil {
		b.children = map[string]*branch{}
	}
	child := b.children[key]
	if child == nil {
		child = &branch{all: b.all}
		b.children[key] = child
	}
	return child
}

func (b *branch) add(path []string) {
	for _, part := range path {
		if part != "*" {
			b = b.grow(part)
			continue
		}
		if b.item == nil {
			b.item = &branch{all: b.all}
		}
		b = b.item
	}
	b.keepAll()
}

func (b *branch) keepAll() {
	b.all = true
	if b.item != nil {
		b.item.keepAll()
	}
	for _, child := range b.children {
		child.keepAll()
	}
}

// spread makes every named child keep what any item keeps too.
func (b *branch) spread() {
	for _, child := range b.children {
		if b.item != nil {
			child.merge(b.item)
		}
		child.spread()
	}
	if b.item != nil {
		b.item.spread()
	}
}

func (b *branch) merge(other *branch) {
	if other.all {
		b.keepAll()
	}
	for key, child := range other.children {
		b.grow(key).merge(child)
	}
	if other.item != nil {
		if b.item == nil {
			b.item = &branch{all: b.all}
		}
		b.item.merge(other.item)
	}
}

// member is the branch of an object's member; nil: the member is skipped.
func (b *branch) member(key []byte, whole *branch) *branch {
	if child, ok := b.children[string(key)]; ok {
		return child
	}
	if b.all {
		return whole
	}
	return b.item
}

// element is the branch of a list's items. A list that is addressed by index
// is kept whole.
func (b *branch) element(whole *branch) *branch {
	if b.all || b.item == nil {
		return whole
	}
	return b.item
}
