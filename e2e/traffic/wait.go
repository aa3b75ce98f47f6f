package traffic

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errNotYet = errors.New("not yet")

// until asks until the answer is nil or the context ends. The error says what was waited for and the last answer.
func until(ctx context.Context, what string, ask func() error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w, the last answer was: %w", what, ctx.Err(), err)
		case <-tick.C:
		}
	}
}
