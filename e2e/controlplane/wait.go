package controlplane

import (
	"context"
	"fmt"
	"time"
)

// waitFor asks until the answer is nil, the context ends or a process that is needed for it has ended. The error says
// what was waited for and the last answer.
func waitFor(ctx context.Context, what string, needed []*process, ask func(context.Context) error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		for _, p := range needed {
			if ended := p.ended(); ended != nil {
				return fmt.Errorf("waiting until %s: %w", what, ended)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w, the last answer was: %w", what, ctx.Err(), err)
		case <-tick.C:
		}
	}
}
