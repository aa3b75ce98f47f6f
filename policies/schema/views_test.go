package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/schema"
)

// TestViewsOfRecordedReviewsHaveThisShape gives the views of what a
// kube-apiserver really sent to a validator that knows the schema only.
func TestViewsOfRecordedReviewsHaveThisShape(t *testing.T) {
	t.Parallel()
	shape := validator(t)
	reviews, err := filepath.Glob("../batch/testdata/[01]*.json")
	if err != nil || len(reviews) == 0 {
		t.Fatalf("%d reviews, %v", len(reviews), err)
	}
	for _, review := range reviews {
		t.Run(filepath.Base(review), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(review)
			if err != nil {
				t.Fatal(err)
			}
			var sent struct {
				Request struct {
					Kind     struct{ Kind string }
					UserInfo struct{ Username string }
					Object   json.RawMessage
				}
			}
			if err := json.Unmarshal(text, &sent); err != nil {
				t.Fatal(err)
			}
			object, err := batch.Parse(batch.Kind(sent.Request.Kind.Kind), sent.Request.Object, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := shape.Validate(input(t, object, sent.Request.UserInfo.Username)); err != nil {
				t.Error(err)
			}
		})
	}
}

func validator(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Input()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("input.json", doc); err != nil {
		t.Fatal(err)
	}
	shape, err := compiler.Compile("input.json")
	if err != nil {
		t.Fatal(err)
	}
	return shape
}

// input is what the engine gives to rules, as far as it depends on the object.
// A null says nothing and is left out.
func input(t *testing.T, object *batch.Object, user string) any {
	t.Helper()
	views := object.Views()
	owner := batch.OwnerOf(object, user)
	facts := map[string]any{}
	for key, term := range map[string]*ast.Term{
		"job": views.Job, "cronjob": views.CronJob, "pod": views.Pod,
		"containers": views.ContainersTerm, "owner": owner.Term(),
	} {
		if term == nil {
			continue
		}
		value, err := ast.JSON(term.Value)
		if err != nil {
			t.Fatal(err)
		}
		facts[key] = withoutNulls(value)
	}
	return facts
}

func withoutNulls(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if v[key] = withoutNulls(member); member == nil {
				delete(v, key)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return value
}
