package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// longestProbe bounds how long a policy is tried when it is loaded; one that
// takes longer is left to the deadline of each review.
const longestProbe = 5 * time.Second

// tried is the engine of a policy set that does not contradict itself. What its
// profiles make of it is told to advise.
func tried(ctx context.Context, set *source.Set, advise func(text string)) (*engine.Engine, error) {
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, longestProbe)
	defer cancel()
	advice, err := e.Probe(limited)
	if err != nil && limited.Err() == nil {
		return nil, err
	}
	for _, text := range advice {
		advise(text)
	}
	return e, ctx.Err()
}

// advise writes advice for people.
func advise(to io.Writer) func(text string) {
	return func(text string) { fmt.Fprintln(to, "advice: "+report.Escape(text)) }
}
