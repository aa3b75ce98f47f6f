package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	batchv1 "k8s.io/api/batch/v1"
)

// TestSizeNeverChangesTheVerdict pads a Job with 1.4 MB of what the API server
// writes six times as long, which makes a review of more than 7 MiB, and holds
// the verdict against that of the same Job without padding. No answer may be a
// call failure: failurePolicy Ignore would let the Job through.
func TestSizeNeverChangesTheVerdict(t *testing.T) {
	t.Parallel()
	judge, err := recommended()
	if err != nil {
		t.Fatal(err)
	}
	// Size is the question here, not time: with the race detector on a busy machine a second is not enough.
	s := start(t, NewHandler(Options{
		Judge: judge, Namespaces: oneNamespace{LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}, EvalTimeout: 25 * time.Second,
	}), 0)
	paddings := map[string]func(*batchv1.Job, string){
		"in an annotation": func(j *batchv1.Job, p string) { j.Annotations = map[string]string{"example.com/notes": p} },
		"in an argument":   func(j *batchv1.Job, p string) { j.Spec.Template.Spec.Containers[0].Args = []string{p} },
		"in a variable": func(j *batchv1.Job, p string) {
			j.Spec.Template.Spec.Containers[0].Env = append(j.Spec.Template.Spec.Containers[0].Env, envVar("NOTES", p))
		},
		"in a finalizer": func(j *batchv1.Job, p string) { j.Finalizers = []string{"example.com/" + p} },
	}
	jobs := map[string]struct {
		change func(*batchv1.Job)
		denied bool
	}{
		"that breaks nothing":   {comply, false},
		"that retries for ever": {func(j *batchv1.Job) { comply(j); limit := int32(1000); j.Spec.BackoffLimit = &limit }, true},
	}
	for what, job := range jobs {
		for where, pad := range paddings {
			for _, with := range []string{"<", "\x01", "a"} {
				t.Run(fmt.Sprintf("a Job %s, %q %s", what, with, where), func(t *testing.T) {
					t.Parallel()
					padded := sent(t, "01-job-minimal-kubectl-create.validating.json", func(j *batchv1.Job) {
						job.change(j)
						pad(j, strings.Repeat(with, 1_400_000))
					})
					if with != "a" && len(padded) < 7<<20 {
						t.Fatalf("the review has only %d bytes", len(padded))
					}
					res, text, err := s.post(s.client(t), "/validate?timeout=30s", padded)
					if err != nil || res.StatusCode != http.StatusOK {
						t.Fatalf("%v, %+v, %s", err, res, text)
					}
					var review admissionv1.AdmissionReview
					if err := json.Unmarshal(text, &review); err != nil {
						t.Fatal(err)
					}
					if review.Response.UID != jobUID || review.Response.Allowed == job.denied {
						t.Fatalf("got %+v", review.Response)
					}
					if job.denied && !strings.Contains(review.Response.Result.Message, "backoff-limit") {
						t.Errorf("denied for another reason: %s", review.Response.Result.Message)
					}
				})
			}
		}
	}
}

// TestLargestReviewIsJudged is an UPDATE of both the largest request the API
// server takes and the largest object etcd holds.
func TestLargestReviewIsJudged(t *testing.T) {
	t.Parallel()
	judge := &fakeJudge{}
	stored, sentNow := strings.Repeat("<", 1536<<10), strings.Repeat("<", 3<<20)
	review := edit(t, recorded(t, updateJob), func(_, r map[string]any) {
		r["object"].(map[string]any)["metadata"].(map[string]any)["annotations"] = map[string]any{"a": sentNow}
		r["oldObject"].(map[string]any)["metadata"].(map[string]any)["annotations"] = map[string]any{"a": stored}
	})
	if len(review) < 27<<20 {
		t.Fatalf("only %d bytes", len(review))
	}
	got := response(t, call(NewHandler(Options{Judge: judge}), "/validate", review))
	if !got.Allowed || len(judge.asked) != 1 || len(judge.asked[0].Object) < 18<<20 {
		t.Errorf("got %+v", got)
	}
}
