package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/regotest"
	"github.com/batchgate/batchgate/policies/source"
)

// longestTest bounds the tests of one set. They run beside the requests.
const longestTest = 30 * time.Second

// selfTest runs the tests and examples of a directory's own rules. What else
// `batchgate test` checks (coverage, formatting) is for authors: a rule without a
// test is no reason to stay with an older policy.
func selfTest(ctx context.Context, dir string) error {
	below, own, files, err := source.Layers(dir)
	if err != nil {
		return err
	}
	defer files.Close()
	limited, cancel := context.WithTimeout(ctx, longestTest)
	defer cancel()
	outcomes, err := regotest.Suite{Layer: own, Below: below}.Run(limited)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		return &Undecided{Err: fmt.Errorf("%s: its tests took longer than %s; `batchgate test` shows which", dir, longestTest)}
	case err != nil:
		return err
	}
	var failed []string
	for _, o := range regotest.Failed(outcomes) {
		switch o.Check {
		case regotest.CheckLoad, regotest.CheckTest, regotest.CheckExample:
			failed = append(failed, o.Problems...)
		case regotest.CheckStyle, regotest.CheckComplete, regotest.CheckCoverage:
		}
	}
	if len(failed) > 0 {
		return errors.New(strings.Join(failed, "\n"))
	}
	return nil
}
