package main

import (
	"context"
	"errors"
	"io"
	"runtime/debug"
	"time"

	"github.com/spf13/pflag"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
	"github.com/batchgate/batchgate/webhook"
)

const (
	// judgingMemory is what the collector aims at where GOMEMLIMIT says nothing.
	judgingMemory = 128 << 20
	// judgingGrowth is by how many percent the heap may grow before it is collected,
	// where GOGC says nothing: a run is short.
	judgingGrowth = 400
)

// judging is what the verbs have in common that judge documents: how these would
// reach the cluster, and by which policy.
type judging struct {
	policy     string
	client     string
	validation string
	namespace  string
	user       string

	now func() time.Time
	env func(string) string
}

// policyFlag is for verbs that judge by one policy.
func (j *judging) policyFlag(f *pflag.FlagSet) {
	f.StringVar(&j.policy, "policy", source.DefaultPreset, "preset (audit, recommended, strict), policy.yaml, or a directory with one")
}

func (j *judging) flags(f *pflag.FlagSet) {
	f.StringVar(&j.client, "client", "apply", "how the manifests are sent: apply (kubectl apply, Argo CD), ssa (server-side apply, Helm 4, Flux) or create (kubectl create, Helm 3)")
	f.StringVar(&j.validation, "field-validation", "strict", "what the client asks the API server to do about unknown fields: strict, warn or ignore")
	f.StringVar(&j.namespace, "namespace", "default", "namespace of manifests that name none")
	f.StringVar(&j.user, "as-user", "", "name of the user who sends the manifests; only trustedOwners of a policy look at it")
}

// valid holds the flags to what is known.
func (j *judging) valid() error {
	errs := []error{
		oneOf("client", j.client, "apply", "ssa", "create"),
		oneOf("field-validation", j.validation, "strict", "warn", "ignore"),
	}
	if j.namespace == "" {
		errs = append(errs, errors.New("--namespace: expected a name"))
	}
	return errors.Join(errs...)
}

// collect sets up the collector for a run.
func (j *judging) collect() {
	if j.env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(judgingMemory)
	}
	if j.env("GOGC") == "" {
		debug.SetGCPercent(judgingGrowth)
	}
}

// load gives a policy and an engine for it.
func load(ctx context.Context, policy string, to io.Writer) (*source.Set, *engine.Engine, error) {
	set, err := source.Load(policy)
	if err != nil {
		return nil, nil, err
	}
	e, err := tried(ctx, set, advise(to))
	return set, e, err
}

// timely gives an engine the time that the gate gives it.
func timely(e dryrun.Engine) dryrun.Engine { return punctual{e, webhook.DefaultEvalTimeout} }

func (j *judging) fieldValidation() apiserver.FieldValidation {
	return map[string]apiserver.FieldValidation{"strict": apiserver.Strict, "warn": apiserver.Warn, "ignore": apiserver.Ignore}[j.validation]
}

// judge asks an engine about documents in namespaces of which something is known.
func (j *judging) judge(e dryrun.Engine, known *surroundings) *dryrun.Judge {
	return dryrun.New(e, dryrun.Options{
		Client:          apiserver.Client(j.client),
		FieldValidation: j.fieldValidation(),
		Namespace:       j.namespace,
		Namespaces:      known.of,
		User:            engine.User{Name: j.user},
		Now:             j.now(),
	})
}

// gather reads what surrounds the documents of paths.
func (j *judging) gather(ctx context.Context, r manifest.Reader, paths []string) (*surroundings, error) {
	return gather(ctx, r, paths, j.namespace, j.fieldValidation())
}
