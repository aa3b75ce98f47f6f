package engine

import (
	"context"

	"github.com/batchgate/batchgate/policies/config"
)

// Engine judges batch objects by one policy. It is immutable and safe for
// concurrent use; a changed policy is a new Engine.
type Engine struct {
	identity Identity
	policy   *config.Policy
}

// Identity names the policy in force.
func (e *Engine) Identity() Identity { return e.identity }

// Policy is the policy in force. It must not be changed.
func (e *Engine) Policy() *config.Policy { return e.policy }

// Mutate says what the rules fill in. The error is ctx's when the deadline
// passed, or an *ObjectError when Request.Object is not a batch object; a
// policy's own trouble is a Problem of the Mutation, never an error.
func (e *Engine) Mutate(ctx context.Context, req Request) (Mutation, error) {
	return Mutation{}, nil
}

// Validate says what the rules refuse. Errors as for Mutate.
func (e *Engine) Validate(ctx context.Context, req Request) (Verdict, error) {
	return Verdict{}, nil
}
