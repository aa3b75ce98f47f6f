package engine

import (
	"context"
	"time"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
)

// longestProbe bounds how long a policy is tried when it is loaded; one that
// takes longer is left to the deadline of each review.
const longestProbe = 5 * time.Second

// Tried is New for a policy that does not contradict itself, as Probe finds it.
// What its profiles make of it is advice.
func Tried(ctx context.Context, cat *catalogue.Catalogue, pol *config.Policy) (e *Engine, advice []string, err error) {
	e, err = New(cat, pol)
	if err != nil {
		return nil, nil, err
	}
	limited, cancel := context.WithTimeout(ctx, longestProbe)
	defer cancel()
	advice, err = e.Probe(limited)
	if err != nil && limited.Err() == nil {
		return nil, nil, err
	}
	return e, advice, ctx.Err()
}
