package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// paddedJob is 1.4 MB of "<", each of which becomes six bytes in the review. It is sent as it is: kubectl would escape it
// and be over the limit of a request.
func paddedJob(backoffLimit string) string {
	return `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"padded"},"spec":{` + backoffLimit +
		`"template":{"spec":{"containers":[{"name":"main","image":"registry.example.com/tools/report:1.4.2",` +
		`"env":[{"name":"PADDING","value":"` + strings.Repeat("<", 1_400_000) + `"}]}]}}}}`
}

func TestAPaddedJobIsDecidedOnItsContent(t *testing.T) {
	for _, failurePolicy := range []string{"Ignore", "Fail"} {
		t.Run(failurePolicy, func(t *testing.T) {
			options := policy(t, "enforce.yaml")
			options.MutatingFailurePolicy, options.ValidatingFailurePolicy = failurePolicy, failurePolicy
			guardedBy(t, options)
			u := newUser(t)
			t.Run("one that breaks a rule is refused", func(t *testing.T) {
				_, err := u.in(t).posts(paddedJob(`"backoffLimit":50,`))
				want := "spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)"
				if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), want) {
					t.Errorf("answered %.300v, expected Forbidden with %q", err, want)
				}
			})
			t.Run("one that says nothing is filled in and admitted", func(t *testing.T) {
				job, err := u.in(t).posts(paddedJob(""))
				if err != nil {
					t.Fatalf("%.300v", err)
				}
				if diff := cmp.Diff(filled(), missionOf(job.Spec)); diff != "" {
					t.Errorf("(-expected +got)\n%s", diff)
				}
			})
		})
	}
	guardedBy(t, controlplane.GateOptions{})
}

// posts sends a Job as bytes.
func (u *user) posts(body string) (*batchv1.Job, error) {
	u.t.Helper()
	job := &batchv1.Job{}
	return job, shared.Client().BatchV1().RESTClient().Post().Namespace(u.namespace).Resource("jobs").
		SetHeader("Content-Type", "application/json").SetHeader("Accept", "application/json").
		Body([]byte(body)).Do(u.t.Context()).Into(job)
}
