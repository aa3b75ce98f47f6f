package main

import (
	"context"
	"fmt"
	"io"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// tried is the engine of a policy set that does not contradict itself. What its
// profiles make of it is told to advise.
func tried(ctx context.Context, set *source.Set, advise func(text string)) (*engine.Engine, error) {
	if set.Bundled() { // it was tried before it became part of the program
		return engine.New(set.Catalogue, set.Policy)
	}
	e, advice, err := engine.Tried(ctx, set.Catalogue, set.Policy)
	if err != nil {
		return nil, err
	}
	for _, text := range advice {
		advise(text)
	}
	return e, nil
}

// advise writes advice for people.
func advise(to io.Writer) func(text string) {
	return func(text string) { fmt.Fprintln(to, "advice: "+report.Escape(text)) }
}
