package batch

import (
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Object is a Job or CronJob as it was sent or is stored. It does not change
// once parsed, and is safe for concurrent use.
type Object struct {
	kind       Kind
	keep       *Keep
	root       *ast.Term // {metadata, spec}
	pod        *ast.Term // the pod template; nil when there is none
	containers []Container
	rawSpec    []byte
	evidence   evidence

	viewsOnce sync.Once
	views     Views
}

// Kind is what the object was parsed as.
func (o *Object) Kind() Kind { return o.kind }

// Name is metadata.name; "" while the API server has yet to make one.
func (o *Object) Name() string { return stringAt(o.metadata(), "name") }

// GenerateName is metadata.generateName.
func (o *Object) GenerateName() string { return stringAt(o.metadata(), "generateName") }

// Namespace is metadata.namespace.
func (o *Object) Namespace() string { return stringAt(o.metadata(), "namespace") }

// Label is one of the object's own labels. Only keys that Parse kept are found.
func (o *Object) Label(key string) (value string, ok bool) {
	return textAt(memberAt(o.metadata(), "labels"), key)
}

// Annotation is one of the object's own annotations. Only keys that Parse kept
// are found.
func (o *Object) Annotation(key string) (value string, ok bool) {
	return textAt(memberAt(o.metadata(), "annotations"), key)
}

// JobLabel is a label of the Job: its own, or for a CronJob one that its Jobs
// will get. Only keys that Parse kept are found.
func (o *Object) JobLabel(key string) (value string, ok bool) {
	return textAt(memberAt(memberAt(o.job(), "metadata"), "labels"), key)
}

// Deleting reports whether the object has been deleted and only waits for its
// finalizers.
func (o *Object) Deleting() bool {
	t := memberAt(o.metadata(), "deletionTimestamp")
	return t != nil && !isNull(t)
}

func (o *Object) metadata() *ast.Term { return memberAt(o.root, "metadata") }

// job is the job view: the Job, or the CronJob's template of one.
func (o *Object) job() *ast.Term {
	if o.kind == Job {
		return o.root
	}
	return memberAt(memberAt(o.root, "spec"), "jobTemplate")
}

func (o *Object) jobSpec() *ast.Term { return memberAt(o.job(), "spec") }

// has reports whether a member exists and is not null.
func has(object *ast.Term, key string) bool {
	t := memberAt(object, key)
	return t != nil && !isNull(t)
}
