package corpus

import (
	"context"
	"time"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
)

// Options are those of a dry run in a namespace of which everything is known.
func (c Case) Options(now time.Time) dryrun.Options {
	return dryrun.Options{
		Client:    c.Context.Client,
		Namespace: c.Context.Namespace.Name,
		Namespaces: func(name string) engine.Namespace {
			return engine.Namespace{Name: name, Labels: c.Context.Namespace.Labels, LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}
		},
		User: c.Context.User,
		Now:  now,
	}
}

// Judge is what a dry run says of the case.
func (c Case) Judge(ctx context.Context, e dryrun.Engine, now time.Time) (Told, error) {
	doc, err := apiserver.ToJSON(c.Manifest)
	if err != nil {
		return Told{}, err
	}
	result, err := dryrun.New(e, c.Options(now)).Create(ctx, doc)
	if err != nil {
		return Told{}, err
	}
	return Says(result), nil
}
