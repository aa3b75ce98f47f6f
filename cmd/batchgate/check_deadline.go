package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
)

// punctual is an engine that must answer in the time that the gate gives it: a
// policy that takes longer is no answer in the cluster either.
type punctual struct {
	dryrun.Engine
	within time.Duration
}

func (p punctual) Mutate(ctx context.Context, req engine.Request) (engine.Mutation, error) {
	bounded, done := context.WithTimeout(ctx, p.within)
	defer done()
	m, err := p.Engine.Mutate(bounded, req)
	return m, p.late(ctx, err)
}

func (p punctual) Validate(ctx context.Context, req engine.Request) (engine.Verdict, error) {
	bounded, done := context.WithTimeout(ctx, p.within)
	defer done()
	v, err := p.Engine.Validate(bounded, req)
	return v, p.late(ctx, err)
}

func (p punctual) late(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("policy error: the rules take longer than %s, which is all the gate gives them; the cluster would go by failurePolicy", p.within)
	}
	return err
}
