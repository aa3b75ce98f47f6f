package webhook

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/engine"
)

// heard is a listener that remembers.
type heard []string

func (h *heard) Judged(namespace string, v engine.Verdict) {
	*h = append(*h, namespace+"/"+v.CronJob.Name)
}

func TestAListenerHearsOfWhatIsStored(t *testing.T) {
	t.Parallel()
	judge := &fakeJudge{validate: func(context.Context, engine.Request) (engine.Verdict, error) {
		return engine.Verdict{CronJob: engine.CronJob{Name: "nightly"}}, nil
	}}
	var told heard
	h := NewHandler(Options{Judge: judge, Listener: &told})
	for _, dryRun := range []bool{true, false} {
		body := edit(t, recorded(t, createJob), func(_, r map[string]any) { r["dryRun"] = dryRun })
		for _, path := range []string{"/mutate", "/validate"} {
			if w := call(h, path, body); w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
	}
	if diff := cmp.Diff(heard{"t1/nightly"}, told); diff != "" {
		t.Error(diff)
	}
}
