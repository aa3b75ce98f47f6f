package webhook

import (
	"context"

	"github.com/batchgate/batchgate/policies/engine"
)

// Judge decides about batch objects. Both methods honour the deadline of ctx
// and never keep the request's bytes after they return. An *engine.ObjectError
// means that the object itself cannot be judged.
type Judge interface {
	Mutate(ctx context.Context, req engine.Request) (engine.Mutation, error)
	Validate(ctx context.Context, req engine.Request) (engine.Verdict, error)
	Identity() engine.Identity
}

// Listener hears of every verdict on an object that is to be stored: not of a dry
// run. It must not wait, and keep nothing of what it hears.
type Listener interface {
	Judged(namespace string, v engine.Verdict)
}

// Namespaces tells what is known of a namespace. An error means that it could
// not be found out, which is never answered with a verdict.
type Namespaces interface {
	Namespace(ctx context.Context, name string) (engine.Namespace, error)
}
