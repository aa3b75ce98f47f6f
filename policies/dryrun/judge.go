package dryrun

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

// Engine decides about batch objects; *engine.Engine does.
type Engine interface {
	Mutate(ctx context.Context, req engine.Request) (engine.Mutation, error)
	Validate(ctx context.Context, req engine.Request) (engine.Verdict, error)
}

// Options say how documents reach the cluster. The zero value is `kubectl
// apply` with strict field validation into the namespace "default", of which
// nothing else is known.
type Options struct {
	Client          apiserver.Client          // empty: apply
	FieldValidation apiserver.FieldValidation // empty: Strict
	// Namespace is that of a document which names none; empty: "default".
	Namespace string
	// Namespaces tells what is known of a namespace; nil: its name.
	Namespaces func(name string) engine.Namespace
	User       engine.User
	// Now is when the request is sent, and a CronJob's run is due.
	Now time.Time
}

// Judge judges documents. It is immutable and safe for concurrent use.
type Judge struct {
	engine  Engine
	options Options
}

// New gives a Judge that asks the engine.
func New(e Engine, o Options) *Judge {
	o.Client = cmp.Or(o.Client, apiserver.Apply)
	o.FieldValidation = cmp.Or(o.FieldValidation, apiserver.Strict)
	o.Namespace = cmp.Or(o.Namespace, "default")
	if o.Namespaces == nil {
		o.Namespaces = func(name string) engine.Namespace { return engine.Namespace{Name: name} }
	}
	return &Judge{engine: e, options: o}
}

// UnsettledError is a policy that fills something in again when it is asked
// about what it filled in. The cluster could store either.
type UnsettledError struct{ Patch []engine.PatchOp }

func (e *UnsettledError) Error() string {
	text := "policy error: what the rules filled in, they would fill in again:"
	for _, op := range e.Patch {
		text += fmt.Sprintf(" %s %s", op.Op, op.Path)
	}
	return text
}

// Create judges the JSON of one document as a create. An error means that there
// is no answer: the context ended, or the policy does not settle.
func (j *Judge) Create(ctx context.Context, doc []byte) (*Result, error) {
	r, err := j.judge(ctx, doc, j.options)
	if err != nil || r.cronjob == nil {
		return r, err
	}
	r.Child, err = j.child(ctx, r.cronjob)
	return r, err
}

func (j *Judge) judge(ctx context.Context, doc []byte, o Options) (*Result, error) {
	object, warnings, err := decode(doc, o)
	if err != nil {
		return refusedAtDecoding(doc, o, err)
	}
	object.Default()
	object.Admit(o.Namespace)
	object.LeaveEvidence(o.Client, doc)
	r := newResult(object)
	r.DecodeWarnings = warnings
	if r.Defaulted, err = object.JSON(); err != nil {
		return nil, err
	}
	req := engine.Request{
		Operation: engine.Create,
		Kind:      object.Kind(),
		Namespace: o.Namespaces(r.Namespace),
		User:      o.User,
		Now:       o.Now,
		Object:    r.Defaulted,
	}
	if object, err = j.mutate(ctx, req, object, r); err != nil {
		return nil, err
	}
	object.Prepare(uid)
	r.NotCovered = object.NotCovered()
	if r.Invalid = object.Validate(); len(r.Invalid) == 0 {
		r.Reached = true
		r.APIWarnings = object.Warnings()
		r.cronjob = object.CronJob
	}
	if r.Object, err = object.JSON(); err != nil {
		return nil, err
	}
	req.Object = r.Object
	return r, j.validate(ctx, req, r)
}

// uid stands for the one that the API server draws.
const uid types.UID = "00000000-0000-4000-8000-000000000000"

// largest is the longest body that the API server reads.
const largest = 3 << 20

// decode reads the document as the API server does for this client.
func decode(doc []byte, o Options) (*apiserver.Object, []string, error) {
	if len(doc) > largest {
		return nil, nil, &apiserver.DecodeError{Message: fmt.Sprintf("Request entity too large: limit is %d", largest)}
	}
	if o.Client != apiserver.Create && named(doc) {
		if o.Client == apiserver.ServerSideApply {
			object, err := apiserver.Applied(doc)
			return object, nil, err
		}
		doc = apiserver.Pruned(doc)
	}
	return apiserver.Decode(doc, o.FieldValidation)
}

// named tells a document with a name, which can be applied, from one with only
// a generateName, which is created.
func named(doc []byte) bool {
	var head struct {
		Metadata struct{ Name, GenerateName any } `json:"metadata"`
	}
	_ = json.Unmarshal(doc, &head) // what cannot be read is refused either way
	name, generated := head.Metadata.Name, head.Metadata.GenerateName
	return name != nil && name != "" || generated == nil || generated == ""
}

// mutate asks /mutate, and returns what the API server goes on with.
func (j *Judge) mutate(ctx context.Context, req engine.Request, object *apiserver.Object, r *Result) (*apiserver.Object, error) {
	var err error
	if r.Mutation, err = j.engine.Mutate(ctx, req); err != nil {
		return object, r.unmutated(err)
	}
	if len(r.Mutation.Patch) == 0 {
		// Not through JSON: a Job without labels goes on sharing those of its
		// template, and the API server stores what that brings about.
		return object, nil
	}
	if object, _, err = apiserver.Decode(r.Mutation.Object, apiserver.Ignore); err != nil {
		return nil, fmt.Errorf("policy error: what the rules filled in is no %s any more: %w", req.Kind, err)
	}
	object.Default()
	if req.Object, err = object.JSON(); err != nil {
		return nil, err
	}
	again, err := j.engine.Mutate(ctx, req)
	if err != nil {
		return nil, err
	}
	if again.Patch = slices.DeleteFunc(again.Patch, record); len(again.Patch) > 0 {
		return nil, &UnsettledError{Patch: again.Patch}
	}
	return object, nil
}

// record tells a change of the gate's own account, which does not settle where
// an author has sent one: the evidence still says so.
func record(op engine.PatchOp) bool {
	return op.Path == "/metadata/annotations/"+strings.ReplaceAll(engine.RecordAnnotation, "/", "~1")
}

// unmutated is what /mutate answers when the object cannot be read.
func (r *Result) unmutated(err error) error {
	var unreadable *engine.ObjectError
	if !errors.As(err, &unreadable) {
		return err
	}
	r.Mutation = engine.Mutation{
		Object:   r.Defaulted,
		Warnings: []string{unreadable.Warning()},
	}
	return nil
}

// validate asks /validate, or what it would say if it were asked.
func (j *Judge) validate(ctx context.Context, req engine.Request, r *Result) error {
	var err error
	if r.Verdict, err = j.engine.Validate(ctx, req); err == nil {
		return nil
	}
	var unreadable *engine.ObjectError
	if !errors.As(err, &unreadable) {
		return err
	}
	r.Unreadable = unreadable
	return nil
}
