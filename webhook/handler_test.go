package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

const (
	createJob  = "01-job-minimal-kubectl-create.validating.json"
	applyCron  = "03-cronjob-minimal-kubectl-apply.validating.json"
	jobUID     = "13f7d044-6c1d-4941-88d3-1b9daf9b3c44"
	podReview  = "16-pod-created-by-job-controller.mutating.json"
	statusJob  = "12-job-status-update-by-job-controller.mutating.json"
	deleteJob  = "14-job-delete-by-gc.mutating.json"
	updateJob  = "17-job-update-kubectl-apply-ttl.mutating.json"
	dryRunJob  = "11-job-dryrun-server.mutating.json"
	controller = "10-job-created-by-cronjob-controller.mutating.json"
)

// TestAnswerClasses is the table of doc.go: which trouble becomes which answer.
func TestAnswerClasses(t *testing.T) {
	t.Parallel()
	enforced := engine.Verdict{Findings: []engine.Finding{{Rule: "backoff-limit", Mode: config.Enforce, Field: "spec.backoffLimit", Subject: "spec.backoffLimit", Message: "is 50, the most allowed is 10"}}}
	same := func(b []byte) []byte { return b }
	tests := map[string]struct {
		path     string // both when empty
		review   string
		change   func([]byte) []byte
		request  func(*http.Request)
		judge    fakeJudge
		names    Namespaces
		status   int
		uid      bool // a decision, else a call failure
		denied   bool
		warned   bool
		contains string
	}{
		"a Job that breaks nothing is allowed": {review: createJob, change: same, status: 200, uid: true},
		"a rule that refuses is a denial": {
			path: "/validate", review: createJob, change: same, status: 200, uid: true, denied: true, contains: "spec.backoffLimit is 50",
			judge: fakeJudge{validate: func(context.Context, engine.Request) (engine.Verdict, error) { return enforced, nil }},
		},
		"an object that is no Job is denied by validate": {
			path: "/validate", review: createJob, change: same, status: 200, uid: true, denied: true, contains: "duplicate key",
			judge: fakeJudge{validate: func(context.Context, engine.Request) (engine.Verdict, error) {
				return engine.Verdict{}, &engine.ObjectError{Reason: "duplicate key \"spec\""}
			}},
		},
		"an object that is no Job is left as it is by mutate": {
			path: "/mutate", review: createJob, change: same, status: 200, uid: true, warned: true,
			judge: fakeJudge{mutate: func(context.Context, engine.Request) (engine.Mutation, error) {
				return engine.Mutation{}, &engine.ObjectError{Reason: "duplicate key \"spec\""}
			}},
		},
		"a body over the cap is denied with its uid": {
			review: createJob, status: 200, uid: true, denied: true, contains: "larger than",
			change: func(b []byte) []byte {
				return edit(t, b, func(_, request map[string]any) { request["zzz"] = strings.Repeat("x", bodyCap) })
			},
		},
		"the status subresource is allowed": {review: statusJob, change: same, status: 200, uid: true},
		"a DELETE is allowed":               {review: deleteJob, change: same, status: 200, uid: true},
		"a Pod is the registration's fault": {review: podReview, change: same, status: 400, contains: "request.kind"},
		"another version of batch": {review: createJob, status: 400, contains: "request.kind", change: func(b []byte) []byte {
			return edit(t, b, func(_, r map[string]any) {
				r["kind"] = map[string]any{"group": "batch", "version": "v1beta1", "kind": "Job"}
			})
		}},
		"a resource that does not go with the kind": {review: createJob, status: 400, contains: "request.resource", change: func(b []byte) []byte {
			return edit(t, b, func(_, r map[string]any) {
				r["resource"] = map[string]any{"group": "batch", "version": "v1", "resource": "cronjobs"}
			})
		}},
		"v1beta1 of the review": {review: createJob, status: 400, contains: "admission.k8s.io/v1", change: func(b []byte) []byte {
			return edit(t, b, func(top, _ map[string]any) { top["apiVersion"] = "admission.k8s.io/v1beta1" })
		}},
		"no uid": {review: createJob, status: 400, contains: "request.uid", change: func(b []byte) []byte {
			return edit(t, b, func(_, r map[string]any) { delete(r, "uid") })
		}},
		"no object": {review: createJob, status: 400, contains: "request.object", change: func(b []byte) []byte {
			return edit(t, b, func(_, r map[string]any) { r["object"] = nil })
		}},
		"no oldObject on UPDATE": {review: updateJob, status: 400, contains: "request.oldObject", change: func(b []byte) []byte {
			return edit(t, b, func(_, r map[string]any) { r["oldObject"] = nil })
		}},
		"no namespace": {review: createJob, status: 400, contains: "request.namespace", change: func(b []byte) []byte {
			return edit(t, b, func(_, r map[string]any) { delete(r, "namespace") })
		}},
		"an empty body":         {review: createJob, status: 400, change: func([]byte) []byte { return nil }},
		"half a review":         {review: createJob, status: 400, change: func(b []byte) []byte { return b[:len(b)/2] }},
		"text after the review": {review: createJob, status: 400, change: func(b []byte) []byte { return append(b, "{}"...) }},
		"a uid that is there twice": {review: createJob, status: 400, contains: "twice", change: func(b []byte) []byte {
			return []byte(strings.Replace(string(b), `"uid": "`+jobUID, `"uid": "a", "uid": "`+jobUID, 1))
		}},
		"a GET":               {review: createJob, change: same, status: 405, request: func(r *http.Request) { r.Method = http.MethodGet }},
		"YAML":                {review: createJob, change: same, status: 415, request: func(r *http.Request) { r.Header.Set("Content-Type", "application/yaml") }},
		"JSON with a charset": {review: createJob, change: same, status: 200, uid: true, request: func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-8") }},
		"an engine that cannot": {
			review: createJob, change: same, status: 500,
			judge: fakeJudge{
				mutate: func(context.Context, engine.Request) (engine.Mutation, error) {
					return engine.Mutation{}, errors.New("x")
				},
				validate: func(context.Context, engine.Request) (engine.Verdict, error) {
					return engine.Verdict{}, errors.New("x")
				},
			},
		},
		"a panic": {
			review: createJob, change: same, status: 500,
			judge: fakeJudge{
				mutate:   func(context.Context, engine.Request) (engine.Mutation, error) { panic("x") },
				validate: func(context.Context, engine.Request) (engine.Verdict, error) { panic("x") },
			},
		},
		"a deadline": {
			review: createJob, change: same, status: 504,
			judge: fakeJudge{
				mutate: func(ctx context.Context, _ engine.Request) (engine.Mutation, error) {
					<-ctx.Done()
					return engine.Mutation{}, ctx.Err()
				},
				validate: func(ctx context.Context, _ engine.Request) (engine.Verdict, error) {
					<-ctx.Done()
					return engine.Verdict{}, ctx.Err()
				},
			},
		},
		"a namespace that nobody knows": {review: createJob, change: same, status: 503, names: unknownNamespace{}},
	}
	for name, test := range tests {
		for _, path := range []string{"/mutate", "/validate"} {
			if test.path != "" && test.path != path {
				continue
			}
			t.Run(name+" at "+path, func(t *testing.T) {
				t.Parallel()
				judge := test.judge
				h := NewHandler(Options{Judge: &judge, Namespaces: test.names, EvalTimeout: 50 * time.Millisecond})
				req := httptest.NewRequest(http.MethodPost, path+"?timeout=5s", strings.NewReader(string(test.change(recorded(t, test.review)))))
				req.Header.Set("Content-Type", "application/json")
				if test.request != nil {
					test.request(req)
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, req)
				if w.Code != test.status {
					t.Fatalf("status %d, want %d: %s", w.Code, test.status, w.Body)
				}
				if !test.uid {
					if strings.Contains(w.Body.String(), "uid\":") {
						t.Fatalf("a call failure carries a decision: %s", w.Body)
					}
					if !strings.Contains(w.Body.String(), test.contains) {
						t.Fatalf("answered %q, want it to name %q", w.Body, test.contains)
					}
					return
				}
				got := response(t, w)
				if got.UID == "" || got.Allowed == test.denied || (len(got.Warnings) > 0) != test.warned {
					t.Fatalf("got %+v", got)
				}
				if test.denied && (got.Result.Code != 403 || got.Result.Reason != "Forbidden" || !strings.Contains(got.Result.Message, test.contains)) {
					t.Fatalf("got %+v", got.Result)
				}
			})
		}
	}
}

type unknownNamespace struct{}

func (unknownNamespace) Namespace(context.Context, string) (engine.Namespace, error) {
	return engine.Namespace{}, errors.New("unknown")
}

type oneNamespace engine.Namespace

func (n oneNamespace) Namespace(_ context.Context, name string) (engine.Namespace, error) {
	n.Name = name
	return engine.Namespace(n), nil
}

// TestRequestOfRecordedReviews holds what the engine is asked against what the
// same review says when it is decoded with the API's own types.
func TestRequestOfRecordedReviews(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{createJob, applyCron, updateJob, dryRunJob, controller} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := recorded(t, name)
			var want struct {
				Request struct {
					UID, Operation, Namespace string
					Kind                      struct{ Kind string }
					DryRun                    bool
					UserInfo                  struct {
						Username string
						Groups   []string
					}
					Object, OldObject json.RawMessage
				}
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			judge := &fakeJudge{}
			h := NewHandler(Options{Judge: judge, Namespaces: oneNamespace{Labels: map[string]string{"tier": "production"}, LabelsKnown: true}, Now: func() time.Time { return now }})
			got := response(t, call(h, "/mutate?timeout=5s", text))
			if string(got.UID) != want.Request.UID || !got.Allowed {
				t.Fatalf("got %+v", got)
			}
			old := []byte(want.Request.OldObject)
			if string(old) == "null" {
				old = nil
			}
			expected := engine.Request{
				Operation: engine.Operation(want.Request.Operation),
				Kind:      want.Request.Kind.Kind,
				Namespace: engine.Namespace{Name: want.Request.Namespace, Labels: map[string]string{"tier": "production"}, LabelsKnown: true},
				User:      engine.User{Name: want.Request.UserInfo.Username, Groups: want.Request.UserInfo.Groups},
				DryRun:    want.Request.DryRun,
				Now:       now,
				Object:    want.Request.Object,
				OldObject: old,
			}
			if diff := cmp.Diff([]engine.Request{expected}, judge.asked); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMutationIsAnsweredAsAPatch(t *testing.T) {
	t.Parallel()
	judge := &fakeJudge{mutate: func(context.Context, engine.Request) (engine.Mutation, error) {
		return engine.Mutation{
			Patch: []engine.PatchOp{
				{Op: "add", Path: "/spec/ttlSecondsAfterFinished", Value: []byte("86400")},
				{Op: "replace", Path: "/metadata/annotations/a~1b", Value: []byte(`"<\"x\">"`)},
				{Op: "remove", Path: "/spec/x"},
			},
			Warnings: []string{"one\nline", strings.Repeat("y", 300), "  "},
			Audit:    map[string]string{"filled": `{"a":1}`, "batchgate.dev/x y": "z", "///": "gone"},
		}, nil
	}}
	got := response(t, call(NewHandler(Options{Judge: judge}), "/mutate", recorded(t, createJob)))
	if got.PatchType == nil || *got.PatchType != "JSONPatch" {
		t.Fatalf("patchType %v", got.PatchType)
	}
	want := `[{"op":"add","path":"/spec/ttlSecondsAfterFinished","value":86400},{"op":"replace","path":"/metadata/annotations/a~1b","value":"<\"x\">"},{"op":"remove","path":"/spec/x"}]`
	if diff := cmp.Diff(want, string(got.Patch)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"one line", strings.Repeat("y", 249) + "…"}, got.Warnings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"filled": `{"a":1}`, "batchgate.dev-x-y": "z"}, got.AuditAnnotations); diff != "" {
		t.Error(diff)
	}
}

func TestDenialNamesEveryFindingAsACause(t *testing.T) {
	t.Parallel()
	judge := &fakeJudge{validate: func(context.Context, engine.Request) (engine.Verdict, error) {
		return engine.Verdict{Findings: []engine.Finding{
			{Rule: "backoff-limit", Mode: config.Enforce, Field: "spec.backoffLimit", Subject: "spec.backoffLimit", Message: "is 50"},
			{Rule: "image-pinned", Mode: config.Enforce, Field: "spec.template.spec.containers[0].image", Subject: `container "main":`, Message: "is \x1b[31mred"},
			{Rule: "broken", Mode: config.Enforce, Field: "spec", Subject: "spec", Message: "policy error", PolicyError: true},
			{Rule: "quiet", Mode: config.Audit, Field: "spec", Subject: "spec", Message: "is seen"},
		}}, nil
	}}
	metrics := NewMetrics()
	got := response(t, call(NewHandler(Options{Judge: judge, Metrics: metrics}), "/validate", recorded(t, createJob)))
	type c struct{ Type, Field, Message string }
	var causes []c
	for _, one := range got.Result.Details.Causes {
		causes = append(causes, c{string(one.Type), one.Field, one.Message})
	}
	want := []c{
		{"FieldValueInvalid", "spec.backoffLimit", "is 50 (backoff-limit)"},
		{"FieldValueInvalid", "spec.template.spec.containers[0].image", "is  [31mred (image-pinned)"},
		{"InternalError", "spec", "policy error (broken)"},
	}
	if diff := cmp.Diff(want, causes); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(got.Result.Message, "\x1b") {
		t.Errorf("a control character in the message: %q", got.Result.Message)
	}
	if n := testutil.ToFloat64(metrics.findings.WithLabelValues("backoff-limit", "enforce")); n != 1 {
		t.Errorf("counted %v findings of backoff-limit", n)
	}
}

func TestPanicIsCountedAndTheNextReviewIsAnswered(t *testing.T) {
	t.Parallel()
	panicking := true
	judge := &fakeJudge{validate: func(context.Context, engine.Request) (engine.Verdict, error) {
		if panicking {
			panic("boom")
		}
		return engine.Verdict{}, nil
	}}
	metrics := NewMetrics()
	h := NewHandler(Options{Judge: judge, Metrics: metrics})
	if w := call(h, "/validate", recorded(t, createJob)); w.Code != 500 {
		t.Fatalf("status %d", w.Code)
	}
	if n := testutil.ToFloat64(metrics.panics); n != 1 {
		t.Errorf("counted %v panics", n)
	}
	panicking = false
	if got := response(t, call(h, "/validate", recorded(t, createJob))); !got.Allowed || string(got.UID) != jobUID {
		t.Errorf("got %+v", got)
	}
}
