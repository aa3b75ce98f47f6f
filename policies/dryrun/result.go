package dryrun

import (
	"encoding/json"
	"errors"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

// Result is what becomes of one document.
type Result struct {
	Kind, Namespace string
	Name            string // empty when the API server would make one
	GenerateName    string

	// Malformed is set when the API server answers 400, or 413 for what is too
	// large; nothing below is set.
	Malformed *apiserver.DecodeError

	Defaulted []byte // as /mutate gets it: JSON with the client's evidence
	Object    []byte // as it would be stored; also of an object that is refused
	Mutation  engine.Mutation
	// Invalid is why the API server answers 422.
	Invalid field.ErrorList
	// Reached tells whether /validate is asked at all. What Kubernetes refuses
	// never gets there; the Verdict is what it would have said.
	Reached bool
	Verdict engine.Verdict
	// Unreadable is set when the rules cannot be asked about this object, which
	// /validate refuses.
	Unreadable *engine.ObjectError

	DecodeWarnings []string // of the API server, before /mutate
	APIWarnings    []string // of the API server, after it
	// NotCovered are the fields whose validity is not judged here.
	NotCovered []string
	// Child is the Job that a valid CronJob would make.
	Child *Result

	cronjob *batchv1.CronJob // as stored, of a valid CronJob
}

func newResult(o *apiserver.Object) *Result {
	r := &Result{Kind: o.Kind(), Namespace: o.Namespace()}
	r.Name, r.GenerateName = o.Name()
	return r
}

// refusedAtDecoding names the object as far as it can be read.
func refusedAtDecoding(doc []byte, o Options, err error) (*Result, error) {
	var head struct {
		Kind     any
		Metadata json.RawMessage
	}
	var meta struct{ Name, GenerateName, Namespace any }
	_ = json.Unmarshal(doc, &head) // what cannot be read stays unnamed
	_ = json.Unmarshal(head.Metadata, &meta)
	r := &Result{Namespace: o.Namespace}
	r.Kind, _ = head.Kind.(string)
	r.Name, _ = meta.Name.(string)
	r.GenerateName, _ = meta.GenerateName.(string)
	if ns, ok := meta.Namespace.(string); ok && ns != "" {
		r.Namespace = ns
	}
	if !errors.As(err, &r.Malformed) {
		return nil, err
	}
	return r, nil
}

// By is who refuses an object.
type By string

// Who may refuse.
const (
	Nobody     By = ""
	Kubernetes By = "kubernetes"
	Policy     By = "policy"
)

// Refused tells who refuses the object, if anybody does.
func (r *Result) Refused() By {
	switch {
	case r.Malformed != nil || len(r.Invalid) > 0:
		return Kubernetes
	case r.Unreadable != nil || r.Verdict.Refused():
		return Policy
	}
	return Nobody
}

// Skipped is why the gate did not look at the object; empty when it did.
func (r *Result) Skipped() string { return r.Mutation.Skipped }
