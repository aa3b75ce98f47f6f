package traffic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
)

// Request is one kind of request whose right answer is known. It is sent as a dry run.
type Request struct {
	Name      string // what is right, as a sentence
	Namespace string
	Resource  string // "jobs" or "cronjobs"
	Update    string // the name of the stored object that Body changes as a merge patch; "" creates Body
	Body      []byte // JSON
	// Wrong says what is wrong about an answer, "" when it is right.
	Wrong func(Answer) string
}

// Answer is the decision on a request: an object or a refusal.
type Answer struct {
	Object   []byte         // as it would have been stored
	Refusal  *metav1.Status // by a webhook or by the API server itself
	Warnings []string       // in the order in which they came
}

const denied = `admission webhook "validate.batchgate.dev" denied the request: `

// send asks the API server. The error is a failure to get a decision. The id stands in the audit log.
func (r Request) send(ctx context.Context, client rest.Interface, id string) (Answer, error) {
	call := client.Post()
	if r.Update != "" {
		call = client.Patch(types.MergePatchType).Name(r.Update)
	}
	result := call.Namespace(r.Namespace).Resource(r.Resource).
		Param("dryRun", metav1.DryRunAll).Param("fieldManager", id).
		MaxRetries(0). // what had to be tried twice has failed once
		Body(r.Body).Do(ctx)
	answer := Answer{}
	for _, warning := range result.Warnings() {
		answer.Warnings = append(answer.Warnings, warning.Text)
	}
	object, err := result.Raw()
	var status apierrors.APIStatus
	switch {
	case err == nil:
		answer.Object = object
	case errors.As(result.Error(), &status) && decided(status.Status().Code):
		refusal := status.Status()
		answer.Refusal = &refusal
	default:
		return Answer{}, result.Error()
	}
	return answer, nil
}

// decided tells a refusal from a failure: when a webhook cannot be called, or the API server has no time, the code is
// another one.
func decided(code int32) bool {
	switch code {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusUnprocessableEntity:
		return true
	default:
		return false
	}
}

// Refused expects a refusal by the validating webhook for exactly these causes, each a field and a message.
func Refused(causes ...metav1.StatusCause) func(Answer) string {
	return func(a Answer) string {
		if a.Refusal == nil {
			return fmt.Sprintf("admitted, expected a refusal: %s", a.Object)
		}
		var got []metav1.StatusCause
		if a.Refusal.Details != nil {
			got = a.Refusal.Details.Causes
		}
		switch {
		case !strings.HasPrefix(a.Refusal.Message, denied):
			return fmt.Sprintf("refused, expected it to be by the gate: %s", a.Refusal.Message)
		case slices.Equal(got, causes):
			return ""
		}
		return "refused, (-expected +got)\n" + cmp.Diff(causes, got)
	}
}

// AdmittedJob expects a Job with exactly this spec.
func AdmittedJob(spec *batchv1.JobSpec) func(Answer) string {
	return admitted(func(object []byte) (*batchv1.JobSpec, error) {
		job := &batchv1.Job{}
		err := json.Unmarshal(object, job)
		return withoutSelector(&job.Spec), err
	}, withoutSelector(spec.DeepCopy()))
}

// AdmittedCronJob expects a CronJob with exactly this spec.
func AdmittedCronJob(spec *batchv1.CronJobSpec) func(Answer) string {
	return admitted(func(object []byte) (*batchv1.CronJobSpec, error) {
		cronJob := &batchv1.CronJob{}
		err := json.Unmarshal(object, cronJob)
		return &cronJob.Spec, err
	}, spec.DeepCopy())
}

func admitted[Spec any](decode func([]byte) (*Spec, error), want *Spec) func(Answer) string {
	return func(a Answer) string {
		if a.Refusal != nil {
			return "refused, expected it to be admitted: " + a.Refusal.Message
		}
		got, err := decode(a.Object)
		switch {
		case err != nil:
			return err.Error()
		case equality.Semantic.DeepEqual(want, got):
			return ""
		default:
			return "admitted, (-expected +got)\n" + cmp.Diff(want, got)
		}
	}
}

// withoutSelector leaves out what the API server makes up for each Job.
func withoutSelector(spec *batchv1.JobSpec) *batchv1.JobSpec {
	spec.Selector, spec.Template.Labels = nil, nil
	return spec
}
