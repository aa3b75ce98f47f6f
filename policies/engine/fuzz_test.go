package engine_test

import (
	"errors"
	"testing"

	"github.com/batchgate/batchgate/policies/engine"
)

// FuzzMutate gives the engine any bytes as the object: it answers or says that
// they are no object, its patch makes what it says it makes, and it has nothing
// to add to its own answer.
func FuzzMutate(f *testing.F) {
	e := load(f, "")
	for _, manifest := range []string{silentJob, silentCronJob, runaway} {
		req := create(f, "apply", manifest)
		f.Add(req.Object, req.Kind == "CronJob")
	}
	f.Add([]byte(`{"spec":null,"metadata":{"name":"x"}}`), false)
	f.Add([]byte(`{"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":"a"}]}}}}`), false)
	f.Fuzz(func(t *testing.T, object []byte, cronJob bool) {
		req := engine.Request{
			Operation: engine.Create, Kind: "Job", Object: object, Now: now(),
			Namespace: engine.Namespace{Name: "default", LabelsKnown: true, LimitsKnown: true, QuotasKnown: true},
		}
		if cronJob {
			req.Kind = "CronJob"
		}
		m, err := e.Mutate(t.Context(), req)
		if err != nil {
			if problem := new(engine.ObjectError); !errors.As(err, &problem) {
				t.Fatal(err)
			}
			return
		}
		checkPatch(t, object, m)
		req.Object = m.Object
		if again := mutate(t, e, req); len(again.Patch) > 0 {
			t.Errorf("the second answer patches %s after %s", text(again.Patch), text(m.Patch))
		}
		validate(t, e, req)
	})
}
