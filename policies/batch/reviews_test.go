package batch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

// TestRecordedReviews reads what a kube-apiserver 1.37 really sent.
func TestRecordedReviews(t *testing.T) {
	t.Parallel()
	type facts struct {
		Title      string // kind name
		Containers []string
		Intent     map[string]batch.State
		Owner      batch.Owner
		Changed    bool // the spec, on UPDATE
	}
	const limit, policy = "job/spec/backoffLimit", "pod/spec/restartPolicy"
	const pull = "containers/hello/imagePullPolicy"
	for review, want := range map[string]facts{
		"01-job-minimal-kubectl-create": {
			Title: "Job min-create", Containers: []string{"main hello"},
			Intent: map[string]batch.State{limit: batch.Ambiguous, "job/spec/ttlSecondsAfterFinished": batch.Unset, pull: batch.Ambiguous},
		},
		"04-job-minimal-ssa": {
			Title: "Job min-ssa", Containers: []string{"main hello"},
			Intent: map[string]batch.State{limit: batch.Unset, policy: batch.Explicit, pull: batch.Unset},
		},
		"05-job-minimal-kubectl-apply-csa": {
			Title: "Job min-apply", Containers: []string{"main hello"},
			Intent: map[string]batch.State{limit: batch.Unset, policy: batch.Explicit, pull: batch.Unset},
		},
		"06-cronjob-minimal-ssa": {
			Title: "CronJob cjssa", Containers: []string{"main hello"},
			Intent: map[string]batch.State{limit: batch.Unset, "cronjob/spec/concurrencyPolicy": batch.Unset, "cronjob/spec/schedule": batch.Explicit},
		},
		"03-cronjob-minimal-kubectl-apply": {
			Title: "CronJob cjmin", Containers: []string{"main hello"},
			Intent: map[string]batch.State{limit: batch.Unset, "cronjob/spec/concurrencyPolicy": batch.Unset, "cronjob/spec/schedule": batch.Explicit},
		},
		"09-job-create-from-cronjob": {
			Title: "Job manual1", Containers: []string{"main hello"},
			Intent: map[string]batch.State{limit: batch.Explicit},
			Owner:  batch.Owner{APIGroup: "batch", Kind: "CronJob", Name: "cjmin", UID: "65340b65-20a7-4125-adc0-ebe5e3bce2ea", Controller: batch.ControllerManual},
		},
		"10-job-created-by-cronjob-controller": {
			Title: "Job everymin-29924410", Containers: []string{"main c"},
			Intent: map[string]batch.State{limit: batch.Explicit},
			Owner:  batch.Owner{APIGroup: "batch", Kind: "CronJob", Name: "everymin", UID: "c1c387b3-14a6-4d63-a60d-a6633a69884c", Controller: batch.ControllerCronJob, Hook: "helm"},
		},
		"13-cronjob-status-update":              {Title: "CronJob everymin", Containers: []string{"main c"}, Intent: map[string]batch.State{"cronjob/spec/concurrencyPolicy": batch.Unset}},
		"15-job-update-by-gc-finalizer-removal": {Title: "Job legacy", Containers: []string{"main hello"}},
		"17-job-update-kubectl-apply-ttl":       {Title: "Job upd", Containers: []string{"main hello"}, Changed: true},
	} {
		t.Run(review, func(t *testing.T) {
			t.Parallel()
			r, object, old := recorded(t, review)
			got := facts{Title: string(object.Kind()) + " " + object.Name(), Owner: batch.OwnerOf(object, r.Request.UserInfo.Username)}
			for _, c := range object.Views().Containers {
				got.Containers = append(got.Containers, c.Role+" "+c.Name)
			}
			for view := range want.Intent {
				if got.Intent == nil {
					got.Intent = map[string]batch.State{}
				}
				got.Intent[view] = object.Intent(path(view), old)
			}
			if old != nil {
				got.Changed = batch.SpecChanged(old, object)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
