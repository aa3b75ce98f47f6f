package parity

import (
	"context"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// offline is `batchgate check` with what it may know of a cluster.
type offline struct {
	engine     *engine.Engine
	namespaces map[string]engine.Namespace
	now        time.Time
}

// newOffline loads a policy the way `check` and `serve` do.
func newOffline(policy string, namespaces map[string]engine.Namespace, now time.Time) (*offline, error) {
	set, err := source.Load(policy)
	if err != nil {
		return nil, err
	}
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		return nil, err
	}
	return &offline{engine: e, namespaces: namespaces, now: now}, nil
}

// judge is what `check` says of the JSON of a document.
func (o *offline) judge(ctx context.Context, cs Case, doc []byte) (*dryrun.Result, error) {
	return dryrun.New(o.engine, dryrun.Options{
		Client:          cs.Client,
		FieldValidation: cs.Fields,
		Namespace:       cs.Namespace,
		Namespaces:      func(name string) engine.Namespace { return o.namespaces[name] },
		User:            engine.User{Name: cs.User, Groups: cs.Groups},
		Now:             o.now,
	}).Create(ctx, doc)
}

// predicted is the answer that a result foretells.
func predicted(r *dryrun.Result) Answer {
	a := Answer{Warnings: r.Warnings(), Audit: r.Audit()}
	switch r.Refused() {
	case dryrun.Kubernetes:
		a.Verdict = RefusedByKubernetes
		var names []string
		for _, problem := range r.Invalid {
			names = append(names, problem.Field)
		}
		if r.Malformed != nil && strings.Contains(r.Malformed.Message, "strict decoding error") {
			names = r.Malformed.Fields
		}
		a.Causes = fields(names)
	case dryrun.Policy:
		a.Verdict, a.Message = RefusedByPolicy, r.Denial()
		for _, cause := range r.Causes() {
			a.Causes = append(a.Causes, Cause(cause))
		}
	default:
		a.Verdict = Allowed
	}
	return a
}
