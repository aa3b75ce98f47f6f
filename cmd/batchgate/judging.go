package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
	"github.com/batchgate/batchgate/webhook"
)

// judgingMemory is when the collector begins to work, where GOMEMLIMIT says nothing. It
// does nothing before, where GOGC says nothing: a run is short, and of one manifest all
// fits below that.
const judgingMemory = 128 << 20

// judging is what the verbs have in common that judge documents: how these would
// reach the cluster, and by which policy.
type judging struct {
	policy     string
	chosen     bool // the policy, by a flag
	client     string
	validation string
	namespace  string
	user       string
	context    string // a file of snapshot
	lenient    bool

	loaded *clusterContext

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
	f.StringVar(&j.context, "context", "", "`FILE` of batchgate snapshot with the namespaces of a cluster and, without --policy, its policy")
	f.BoolVar(&j.lenient, "ignore-others", false, "pass over what can be no Job or CronJob, and is no Kubernetes object or cannot be read, and over templates of Helm charts: for hooks and whole repositories")
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
		debug.SetGCPercent(-1)
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

// load reads the context and gives the policy that the flags ask for: with a context
// and without --policy that of the cluster.
func (j *judging) load(ctx context.Context, chosen bool, to io.Writer) (*source.Set, *engine.Engine, error) {
	if err := j.readContext(); err != nil || j.loaded == nil || chosen || j.loaded.Policy == nil {
		if err != nil {
			return nil, nil, err
		}
		return load(ctx, j.policy, to)
	}
	if j.loaded.Policy.Preset != "" {
		return load(ctx, j.loaded.Policy.Preset, to)
	}
	dir, err := j.loaded.policyDir()
	if dir != "" {
		defer os.RemoveAll(dir)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("--context %s: %w", j.context, err)
	}
	set, e, err := load(ctx, dir, to)
	if err != nil { // where it lies says nothing
		return nil, nil, fmt.Errorf("--context %s: the policy: %s", j.context, strings.ReplaceAll(err.Error(), dir+string(os.PathSeparator), ""))
	}
	return set, e, nil
}

func (j *judging) readContext() (err error) {
	if j.context != "" && j.loaded == nil {
		j.loaded, err = readContext(j.context)
	}
	return err
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

// reader reads the documents of paths.
func (j *judging) reader(in io.Reader) manifest.Reader {
	return manifest.Reader{In: in, Lenient: j.lenient, Matters: matters}
}

// gather reads what surrounds the documents of paths.
func (j *judging) gather(ctx context.Context, r manifest.Reader, paths []string) (*surroundings, error) {
	known, err := gather(ctx, r, paths, j.namespace, j.fieldValidation())
	if err != nil {
		return nil, err
	}
	if err := j.readContext(); err != nil || j.loaded == nil {
		return known, err
	}
	return known, known.complete(ctx, j.context, j.loaded)
}
