package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// runs are the two ways in which a CronJob gets a Job.
func runs() map[string]func(u *user, cronJob string) *batchv1.Job {
	return map[string]func(u *user, cronJob string) *batchv1.Job{
		"by the CronJob controller": func(u *user, cronJob string) *batchv1.Job { return u.fires(cronJob) },
		"by kubectl create job --from": func(u *user, cronJob string) *batchv1.Job {
			u.does("", "create", "job", "by-hand", "--from=cronjob/"+cronJob)
			return u.job("by-hand")
		},
	}
}

func TestAJobOfAFilledCronJobIsWhatTheCronJobSays(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{})
	want := filled()
	want.TTL = -1
	for name, run := range runs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUser(t)
			u.does(cronJobOf("nightly", "0 0 * * *", silentSpec), "create", "-f", "-")
			job := run(u, "nightly")
			if diff := cmp.Diff(want, missionOf(job.Spec)); diff != "" {
				t.Errorf("(-expected +got)\n%s", diff)
			}
		})
	}
}

func TestAJobOfAnOldCronJobIsFilledAndKeepsTheDefaultsOfKubernetes(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{Policy: "audit"})
	users := map[string]*user{}
	for name := range runs() {
		users[name] = newUser(t)
		users[name].does(cronJobOf("nightly", "0 0 * * *", namedRestartSpec), "create", "-f", "-")
	}
	guardedBy(t, controlplane.GateOptions{})
	want := filled()
	want.TTL, want.Backoff = -1, 6 // the CronJob is where they would have been filled in
	for name, run := range runs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := users[name].in(t)
			if diff := cmp.Diff(want, missionOf(run(u, "nightly").Spec)); diff != "" {
				t.Errorf("(-expected +got)\n%s", diff)
			}
		})
	}
}

func TestAJobThatTheCronJobControllerMakesIsNotRefused(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{Policy: "audit"})
	u := newUser(t)
	u.does(cronJobOf("old", "0 0 * * *", violatingSpec), "create", "-f", "-")
	guardedBy(t, policy(t, "enforce.yaml"))
	job := u.fires("old")
	if got := missionOf(job.Spec); got.Backoff != 50 {
		t.Errorf("backoffLimit is %d, expected the 50 of its CronJob", got.Backoff)
	}
	if diff := cmp.Diff(filledResources(), missionOf(job.Spec).Containers["main"]); diff != "" {
		t.Errorf("resources (-expected +got)\n%s", diff)
	}
	u.isRefused([]string{"spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)"},
		"", "create", "job", "by-hand", "--from=cronjob/old")
	u.isRefused([]string{"spec.jobTemplate.spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)"},
		cronJobOf("new", "0 0 * * *", violatingSpec), "create", "-f", "-")
}
