package e2e

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// oldViolations gives each of some users a Job and a CronJob, both called old, that were admitted before the rules were
// enforced.
func oldViolations[V any](t *testing.T, cases map[string]V) map[string]*user {
	t.Helper()
	guardedBy(t, controlplane.GateOptions{Policy: "audit"})
	users := map[string]*user{}
	for name := range cases {
		u := newUser(t)
		u.does(jobOf("old", violatingSpec), "create", "-f", "-")
		u.does(cronJobOf("old", "0 0 * * *", violatingSpec), "create", "-f", "-")
		users[name] = u
	}
	guardedBy(t, policy(t, "enforce.yaml"))
	return users
}

func patched(kind, patch string) []string {
	return []string{"patch", kind, "old", "--type=merge", "-p", patch}
}

func TestOldViolationsAreNotInTheWayOfDailyWork(t *testing.T) {
	work := map[string][][]string{
		"labels": {
			{"label", "job", "old", "team=blue"}, {"label", "cronjob", "old", "team=blue"},
		},
		"annotations": {
			{"annotate", "job", "old", "note=x"}, {"annotate", "cronjob", "old", "note=x"},
		},
		"suspend and resume": {
			patched("job", `{"spec":{"suspend":true}}`), patched("job", `{"spec":{"suspend":false}}`),
			patched("cronjob", `{"spec":{"suspend":true}}`), patched("cronjob", `{"spec":{"suspend":false}}`),
		},
		"a change of the spec that is allowed": {
			patched("job", `{"spec":{"parallelism":2}}`), patched("cronjob", `{"spec":{"schedule":"0 1 * * *"}}`),
		},
		"finalizers": {
			patched("job", `{"metadata":{"finalizers":["example.com/wait"]}}`),
			patched("cronjob", `{"metadata":{"finalizers":["example.com/wait"]}}`),
			{"delete", "job,cronjob", "old", "--wait=false"},
			{"label", "job", "old", "leaving=yes"}, {"label", "cronjob", "old", "leaving=yes"},
			patched("job", `{"metadata":{"finalizers":null}}`),
			patched("cronjob", `{"metadata":{"finalizers":null}}`),
		},
		"deletion in the foreground": {
			{"delete", "job,cronjob", "old", "--cascade=foreground", "--timeout=60s"},
		},
		"deletion in the background": {
			{"delete", "job,cronjob", "old", "--cascade=background", "--timeout=60s"},
		},
		"deletion that leaves the Pods": {
			{"delete", "job,cronjob", "old", "--cascade=orphan", "--timeout=60s"},
		},
	}
	users := oldViolations(t, work)
	for name, commands := range work {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := users[name].in(t)
			for _, command := range commands {
				u.does("", command...)
			}
			if name == "finalizers" {
				u.isRid("old")
			}
		})
	}
}

func TestAChangedSpecIsJudged(t *testing.T) {
	worse := map[string][]string{
		"job":     patched("job", `{"spec":{"ttlSecondsAfterFinished":31536000}}`),
		"cronjob": patched("cronjob", `{"spec":{"jobTemplate":{"spec":{"backoffLimit":70}}}}`),
	}
	words := map[string][]string{
		"job":     {"spec.ttlSecondsAfterFinished", "31536000", "(ttl-after-finished)"},
		"cronjob": {"spec.jobTemplate.spec.backoffLimit is 70, the most allowed is 10 (backoff-limit)"},
	}
	users := oldViolations(t, worse)
	for kind := range worse {
		t.Run(kind, func(t *testing.T) {
			users[kind].in(t).isRefused(words[kind], "", worse[kind]...)
		})
		t.Run(kind+" that is being deleted", func(t *testing.T) {
			u := users[kind].in(t)
			u.does("", patched(kind, `{"metadata":{"finalizers":["example.com/wait"]}}`)...)
			u.does("", "delete", kind, "old", "--wait=false")
			u.isRefused(words[kind], "", worse[kind]...)
			u.does("", patched(kind, `{"metadata":{"finalizers":null}}`)...)
		})
	}
}

// isRid waits until neither the Job nor the CronJob of that name is there.
func (u *user) isRid(name string) {
	u.t.Helper()
	batch := shared.Client().BatchV1()
	eventually(u.t, name+" is gone", func(ctx context.Context) error {
		_, job := batch.Jobs(u.namespace).Get(ctx, name, metav1.GetOptions{})
		_, cronJob := batch.CronJobs(u.namespace).Get(ctx, name, metav1.GetOptions{})
		if apierrors.IsNotFound(job) && apierrors.IsNotFound(cronJob) {
			return nil
		}
		return errNotYet
	})
}
