package main

import (
	"context"
	"time"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// longestProbe bounds how long a policy is tried when it is loaded; one that
// takes longer is left to the deadline of each review.
const longestProbe = 5 * time.Second

// tried is the engine of a policy set that does not contradict itself.
func tried(ctx context.Context, set *source.Set) (*engine.Engine, error) {
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, longestProbe)
	defer cancel()
	if err := e.Probe(limited); err != nil && limited.Err() == nil {
		return nil, err
	}
	return e, ctx.Err()
}
