package apiserver_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// goldenCase is one answer of a real kube-apiserver 1.37.2 to a document that
// kubectl created.
type goldenCase struct {
	Label       string
	Input       json.RawMessage
	KubectlArgs []string
	// MutatingReviewObject is null when the document was refused before.
	MutatingReviewObject json.RawMessage
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
			object, ignored, err := apiserver.Decode(doc, c.validation())
			if err != nil {
				c.checkUndecoded(t, err)
				return
			}
			if string(c.MutatingReviewObject) == "null" {
				t.Fatalf("decoding accepts, recorded %q", c.Error)
			}
			object.Default()
			object.Admit("t1")
			if diff := cmp.Diff(tree(t, string(c.MutatingReviewObject)), plain(t, object)); diff != "" {
				t.Errorf("defaulted object (-recorded +here):\n%s", diff)
			}
			object.Prepare("UID")
			c.checkErrors(t, object.Validate())
			if !c.Accepted {
				return
			}
			var warnings []string
			for _, warning := range append(ignored, object.Warnings()...) {
				warnings = append(warnings, "Warning: "+warning)
			}
			if diff := cmp.Diff(c.Warnings, warnings, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("warnings (-recorded +here):\n%s", diff)
			}
		})
	}
}

func (c goldenCase) checkUndecoded(t *testing.T, err error) {
	t.Helper()
	if c.Accepted || string(c.MutatingReviewObject) != "null" || !strings.HasSuffix(c.Error, ": "+err.Error()) {
		t.Errorf("decoding refuses with %q, recorded %q", err, c.Error)
	}
	refusal, ok := errors.AsType[*apiserver.DecodeError](err)
	if !ok {
		t.Fatalf("the error is a %T", err)
	}
	for _, name := range refusal.Fields {
		if !strings.Contains(c.Error, `"`+name+`"`) {
			t.Errorf("field %s is not in the recorded %q", name, c.Error)
		}
	}
}

// checkErrors compares field and type of every error with those recorded, and
// looks for its words among them. Values are not compared: the record shows
// those of the API server's own types, and the order of a JSON object's keys.
func (c goldenCase) checkErrors(t *testing.T, errs field.ErrorList) {
	t.Helper()
	if accepted := len(errs) == 0; accepted != c.Accepted {
		t.Errorf("accepted: %v, recorded %v; %v, recorded %s", accepted, c.Accepted, errs, c.Error)
	}
	distinct := map[string]string{} // kubectl prints equal errors once
	for _, err := range errs {
		distinct[err.Error()] = err.Field + ": " + err.Type.String()
		if !strings.Contains(c.Error, err.Detail) {
			t.Errorf("refused with %v, recorded %s", err, c.Error)
		}
	}
	if diff := cmp.Diff(c.recorded(), slices.Sorted(maps.Values(distinct)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("refused fields (-recorded +here):\n%s", diff)
	}
}

// recorded are the fields and types of kubectl's message: of one error in its
// line, of several in a list.
func (c goldenCase) recorded() []string {
	_, message, _ := strings.Cut(c.Error, "is invalid:")
	var out []string
	for _, found := range regexp.MustCompile(`(?:^| \*) ((?:spec|metadata)[^ :]*: [A-Z][a-z]+(?: value)?)`).FindAllStringSubmatch(message, -1) {
		out = append(out, found[1])
	}
	return slices.Sorted(slices.Values(out))
}

// plain is an object as its JSON has it, integers kept whole.
func plain(t testing.TB, o *apiserver.Object) map[string]any {
	t.Helper()
	data, err := o.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return tree(t, string(data))
}

func tree(t testing.TB, text string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	out := map[string]any{}
	if err := decoder.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
