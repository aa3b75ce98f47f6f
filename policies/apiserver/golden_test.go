package apiserver_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
)

// goldenCase is one answer of a real kube-apiserver 1.37.2 to a document that
// kubectl created.
type goldenCase struct {
	Label       string
	Input       json.RawMessage
	KubectlArgs []string
	// MutatingReviewObject is null when the document was refused before.
	MutatingReviewObject map[string]any
	Accepted             bool
	Warnings             []string
	Error                string
}

func (c goldenCase) validation() apiserver.FieldValidation {
	for _, arg := range c.KubectlArgs {
		switch arg {
		case "--validate=warn":
			return apiserver.Warn
		case "--validate=ignore":
			return apiserver.Ignore
		}
	}
	return apiserver.Strict
}

func goldenCases(t testing.TB) []goldenCase {
	t.Helper()
	data, err := os.ReadFile("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []goldenCase
	for scanner := bufio.NewScanner(bytes.NewReader(data)); scanner.Scan(); {
		var c goldenCase
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if len(out) != 105 {
		t.Fatalf("%d recorded cases, want 105", len(out))
	}
	return out
}

func TestTheRecordedAnswersOfARealAPIServer(t *testing.T) {
	t.Parallel()
	for _, c := range goldenCases(t) {
		t.Run(c.Label, func(t *testing.T) {
			t.Parallel()
			doc, err := apiserver.ToJSON(c.Input)
			if err != nil {
				t.Fatal(err)
			}
			object, warnings, err := apiserver.Decode(doc, c.validation())
			if err != nil {
				if c.MutatingReviewObject != nil || !strings.Contains(c.Error, err.Error()) {
					t.Fatalf("decoding refuses with %q, recorded %q", err, c.Error)
				}
				return
			}
			if c.MutatingReviewObject == nil {
				t.Fatalf("decoding accepts, recorded %q", c.Error)
			}
			object.Default()
			object.Admit("t1")
			if diff := cmp.Diff(c.MutatingReviewObject, plain(t, object)); diff != "" {
				t.Errorf("defaulted object (-recorded +here):\n%s", diff)
			}
			object.Prepare("UID")
			errs := object.Validate()
			if accepted := len(errs) == 0; accepted != c.Accepted {
				t.Errorf("accepted: %v, recorded %v; %v, recorded %s", accepted, c.Accepted, errs, c.Error)
			}
			for _, err := range errs {
				// The record shows values of the API server's own types, and
				// the order of a JSON object's keys.
				if !strings.Contains(c.Error, err.Field+": "+err.Type.String()) || !strings.Contains(c.Error, err.Detail) {
					t.Errorf("refused with %v, recorded %s", err, c.Error)
				}
			}
			// kubectl prints equal errors once.
			distinct := map[string]bool{}
			for _, err := range errs {
				distinct[err.Error()] = true
			}
			want := max(1, strings.Count(c.Error, " * spec.")+strings.Count(c.Error, " * metadata."))
			if !c.Accepted && len(distinct) != want {
				t.Errorf("%d errors, recorded %d: %v, recorded %s", len(distinct), want, errs, c.Error)
			}
			if c.Accepted {
				for _, warning := range append(warnings, object.Warnings()...) {
					c.Warnings = remove(c.Warnings, "Warning: "+warning)
					if c.Warnings == nil {
						t.Errorf("warning %q is not recorded", warning)
					}
				}
				if len(c.Warnings) > 0 {
					t.Errorf("recorded warnings are missing: %q", c.Warnings)
				}
			}
		})
	}
}

// remove returns nil when the list does not have the text.
func remove(list []string, text string) []string {
	for i, one := range list {
		if one == text {
			return append(append([]string{}, list[:i]...), list[i+1:]...)
		}
	}
	return nil
}

func plain(t testing.TB, o *apiserver.Object) map[string]any {
	t.Helper()
	data, err := o.JSON()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
