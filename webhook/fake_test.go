package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"

	"github.com/batchgate/batchgate/policies/engine"
)

// fakeJudge answers with what its functions say and remembers what it was
// asked. Only the classes of HTTP answers are tested with it.
type fakeJudge struct {
	mutate   func(context.Context, engine.Request) (engine.Mutation, error)
	validate func(context.Context, engine.Request) (engine.Verdict, error)
	asked    []engine.Request
}

func (f *fakeJudge) Mutate(ctx context.Context, req engine.Request) (engine.Mutation, error) {
	f.asked = append(f.asked, copied(req))
	if f.mutate == nil {
		return engine.Mutation{}, nil
	}
	return f.mutate(ctx, req)
}

func (f *fakeJudge) Validate(ctx context.Context, req engine.Request) (engine.Verdict, error) {
	f.asked = append(f.asked, copied(req))
	if f.validate == nil {
		return engine.Verdict{}, nil
	}
	return f.validate(ctx, req)
}

func (f *fakeJudge) Identity() engine.Identity { return engine.Identity{Name: "fake", Digest: "0"} }

// copied takes the bytes along: the request's own end with the call.
func copied(req engine.Request) engine.Request {
	req.Object, req.OldObject = bytes.Clone(req.Object), bytes.Clone(req.OldObject)
	return req
}

// recorded is a review as a real kube-apiserver sent it.
func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "reviews", name))
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// call sends body to one of the handler's paths.
func call(h http.Handler, target string, body []byte) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, target, bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// response decodes what the API server would read.
func response(tb testing.TB, w *httptest.ResponseRecorder) *admissionv1.AdmissionResponse {
	tb.Helper()
	var review admissionv1.AdmissionReview
	decoder := json.NewDecoder(w.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&review); err != nil {
		tb.Fatalf("status %d: %v", w.Code, err)
	}
	if review.Kind != "AdmissionReview" || review.APIVersion != "admission.k8s.io/v1" || review.Response == nil {
		tb.Fatalf("not a response: %+v", review)
	}
	return review.Response
}

// edit changes a recorded review as JSON.
func edit(tb testing.TB, review []byte, change func(top, request map[string]any)) []byte {
	tb.Helper()
	var top map[string]any
	if err := json.Unmarshal(review, &top); err != nil {
		tb.Fatal(err)
	}
	request, _ := top["request"].(map[string]any)
	change(top, request)
	text, err := json.Marshal(top)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// silentJudge has nothing to say; it is safe for concurrent use.
type silentJudge struct{}

func (silentJudge) Mutate(context.Context, engine.Request) (engine.Mutation, error) {
	return engine.Mutation{}, nil
}

func (silentJudge) Validate(context.Context, engine.Request) (engine.Verdict, error) {
	return engine.Verdict{}, nil
}

func (silentJudge) Identity() engine.Identity { return engine.Identity{} }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
