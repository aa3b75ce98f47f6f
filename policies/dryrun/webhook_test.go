package dryrun_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/webhook"
)

// response is what the webhook answers.
type response struct {
	Allowed          bool
	Warnings         []string
	AuditAnnotations map[string]string
	Status           struct {
		Message string
		Details struct {
			Causes []struct{ Reason, Message, Field string }
		}
	}
}

// TestTheWebhookSendsWhatTheDryRunSays asks the webhook's own handler about the
// same objects: this package has its own copy of how much the webhook sends.
func TestTheWebhookSendsWhatTheDryRunSays(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 4000)
	for name, doc := range map[string]string{
		"a job that says nothing":      job(``),
		"a runaway job":                job(`"backoffLimit":50,"ttlSecondsAfterFinished":31536000`),
		"an always that stays":         strings.Replace(job(``), `"containers"`, `"restartPolicy":"Always","containers"`, 1),
		"a profile that is not there":  strings.Replace(job(``), `"name":"report"`, `"name":"report","labels":{"batchgate.dev/profile":"`+long[:63]+`"}`, 1),
		"a name that moves the cursor": strings.Replace(job(``), `"name":"main"`, `"name":"\u001b[31mma\u00adin\u2028"`, 1),
		"an image without an end":      strings.Replace(job(``), `registry.example.com/tools/report:1.4.2`, long, 1),
		"sixty containers":             strings.Replace(job(`"backoffLimit":50`), `"containers":[`, `"containers":[`+many(60), 1),
		"a cronjob":                    cronjob(`"backoffLimit":11`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, policy := range []string{"recommended", "strict", "audit"} {
				e := load(t, policy)
				options := dryrun.Options{Now: now()}
				r, err := dryrun.New(e, options).Create(t.Context(), []byte(doc))
				if err != nil {
					t.Fatal(err)
				}
				handler := webhook.NewHandler(webhook.Options{Judge: e, Now: now, EvalTimeout: time.Minute})
				mutate := ask(t, handler, "/mutate", r, r.Defaulted)
				validate := ask(t, handler, "/validate", r, r.Object)
				r.Reached = true // whatever Kubernetes says, for the comparison
				wantAudit := map[string]string{}
				for key, value := range mutate.AuditAnnotations {
					wantAudit["mutate.batchgate.dev/"+key] = value
				}
				for key, value := range validate.AuditAnnotations {
					wantAudit["validate.batchgate.dev/"+key] = value
				}
				if diff := cmp.Diff(wantAudit, r.Audit()); diff != "" {
					t.Errorf("%s: audit annotations (-webhook +dry run):\n%s", policy, diff)
				}
				if diff := cmp.Diff(validate.Status.Message, r.Denial()); diff != "" {
					t.Errorf("%s: denial (-webhook +dry run):\n%s", policy, diff)
				}
				var causes []engine.Cause
				for _, c := range validate.Status.Details.Causes {
					causes = append(causes, engine.Cause{Type: c.Reason, Field: c.Field, Message: c.Message})
				}
				if diff := cmp.Diff(causes, r.Causes(), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: causes (-webhook +dry run):\n%s", policy, diff)
				}
				r.DecodeWarnings, r.APIWarnings = nil, nil
				if diff := cmp.Diff(distinct(append(mutate.Warnings, validate.Warnings...)), r.Warnings(), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: warnings (-webhook +dry run):\n%s", policy, diff)
				}
			}
		})
	}
}

func distinct(texts []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, text := range texts {
		if !seen[text] {
			out = append(out, text)
		}
		seen[text] = true
	}
	return out
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"name":"c%d","image":"busybox"},`, i)
	}
	return b.String()
}

// ask sends the review that the API server would send.
func ask(t *testing.T, handler http.Handler, path string, r *dryrun.Result, object []byte) response {
	t.Helper()
	resource := map[string]string{"Job": "jobs", "CronJob": "cronjobs"}[r.Kind]
	review, err := json.Marshal(map[string]any{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
		"request": map[string]any{
			"uid":       "u",
			"kind":      map[string]string{"group": "batch", "version": "v1", "kind": r.Kind},
			"resource":  map[string]string{"group": "batch", "version": "v1", "resource": resource},
			"namespace": r.Namespace, "operation": string(engine.Create),
			"userInfo": map[string]any{"username": ""},
			"object":   json.RawMessage(object),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path+"?timeout=30s", bytes.NewReader(review))
	request.Header.Set("Content-Type", "application/json")
	recorded := httptest.NewRecorder()
	handler.ServeHTTP(recorded, request)
	var answer struct{ Response response }
	if err := json.Unmarshal(recorded.Body.Bytes(), &answer); err != nil || recorded.Code != http.StatusOK {
		t.Fatalf("%s: %d %v %s", path, recorded.Code, err, recorded.Body)
	}
	return answer.Response
}
