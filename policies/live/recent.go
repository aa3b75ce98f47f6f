package live

import (
	"context"
	"slices"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// mostRecent is how many engines are kept: enough to go back to the set before,
// and for a policy that somebody flips to and fro.
const mostRecent = 3

// recent are the engines that were made last, the latest first. A set that comes
// back is in force without being compiled and tried again.
type recent []tried

// tried is an engine, what it was made of, and the advice that it came with.
type tried struct {
	of     [2]string // digests of rules and policy
	engine *engine.Engine
	advice []string
}

// tried is engine.Tried of a set.
func (r *recent) tried(ctx context.Context, set *source.Set) (*engine.Engine, []string, error) {
	of := [2]string{set.Catalogue.Digest(), set.Policy.Digest()}
	at := slices.IndexFunc(*r, func(t tried) bool { return t.of == of })
	if at < 0 {
		made, advice, err := engine.Tried(ctx, set.Catalogue, set.Policy)
		if err != nil {
			return nil, nil, err
		}
		*r = slices.Insert(*r, 0, tried{of, made, advice})
		*r = (*r)[:min(len(*r), mostRecent)]
		return made, advice, nil
	}
	found := (*r)[at]
	*r = slices.Insert(slices.Delete(*r, at, at+1), 0, found)
	return found.engine, found.advice, nil
}
