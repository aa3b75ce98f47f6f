package webhook

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/batchgate/batchgate/policies/engine"
)

// quotingJudge answers with a part of the request's own bytes.
type quotingJudge struct{ silentJudge }

func (quotingJudge) Mutate(_ context.Context, req engine.Request) (engine.Mutation, error) {
	name := strings.Index(string(req.Object), `"min-`)
	return engine.Mutation{Patch: []engine.PatchOp{{Op: "add", Path: "/x", Value: req.Object[name : name+len(`"min-00000"`)]}}}, nil
}

// TestAnswersNeverMixReviews: buffers are reused, answers are not.
func TestAnswersNeverMixReviews(t *testing.T) {
	t.Parallel()
	h := NewHandler(Options{Judge: quotingJudge{}})
	template := string(recorded(t, "01-job-minimal-kubectl-create.mutating.json"))
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 200 {
				name := fmt.Sprintf("min-%05d", worker*1000+i)
				got := response(t, call(h, "/mutate", []byte(strings.ReplaceAll(template, "min-create", name))))
				if want := `[{"op":"add","path":"/x","value":"` + name + `"}]`; string(got.Patch) != want {
					t.Errorf("got %s, want %s", got.Patch, want)
					return
				}
			}
		})
	}
	group.Wait()
}
