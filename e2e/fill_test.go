package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

func TestWhatAJobLeavesOutIsFilledIn(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{})
	for name, w := range ways() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			job := decoded[batchv1.Job](t, newUser(t).submits(w, silentSpec))
			if diff := cmp.Diff(filled(), missionOf(job.Spec)); diff != "" {
				t.Errorf("(-expected +got)\n%s", diff)
			}
		})
	}
}

func TestWhatAJobSaysIsNeverChanged(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{})
	for name, w := range ways() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUser(t)
			job := decoded[batchv1.Job](t, u.submits(w, explicitSpec))
			if diff := cmp.Diff(explicit(), missionOf(job.Spec)); diff != "" {
				t.Errorf("(-expected +got)\n%s", diff)
			}
			u.wasNotPatched("jobs")
		})
	}
}

func TestASixThatSomebodyWroteStaysSix(t *testing.T) {
	for policyName, options := range map[string]controlplane.GateOptions{
		"by default":                     {},
		"where the ambiguous is left be": policy(t, "leave.yaml"),
	} {
		t.Run(policyName, func(t *testing.T) {
			guardedBy(t, options)
			for name, w := range ways() {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					want := 6
					if !w.evidence && options.Policy == "" {
						want = 4 // the API server's own 6 looks the same, and the policy says to fill
					}
					job := decoded[batchv1.Job](t, newUser(t).submits(w, explicitSixSpec))
					if got := missionOf(job.Spec).Backoff; got != want {
						t.Errorf("backoffLimit is %d, expected %d", got, want)
					}
				})
			}
		})
	}
}

func TestWhatACronJobLeavesOutIsFilledInExceptTheTTL(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{})
	want := filled()
	want.TTL = -1 // its history limits clean up
	for name, args := range map[string][]string{
		"kubectl create":    {"create"},
		"client-side apply": {"apply"},
		"server-side apply": {"apply", "--server-side"},
		"dry run":           {"create", "--dry-run=server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := newUser(t).does(cronJobOf("nightly", "0 0 * * *", silentSpec), append(args, "-f", "-", "-o", "json")...)
			cronJob := decoded[batchv1.CronJob](t, answer)
			if diff := cmp.Diff(want, missionOf(cronJob.Spec.JobTemplate.Spec)); diff != "" {
				t.Errorf("(-expected +got)\n%s", diff)
			}
		})
	}
}

// isFilled submits a Job that says nothing and finds it complete.
func (u *user) isFilled() {
	u.t.Helper()
	job := decoded[batchv1.Job](u.t, u.does(jobOf("still-there", silentSpec), "create", "-f", "-", "-o", "json"))
	if diff := cmp.Diff(filled(), missionOf(job.Spec)); diff != "" {
		u.t.Errorf("(-expected +got)\n%s", diff)
	}
}
