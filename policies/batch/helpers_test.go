package batch_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/batch"
)

func parse(t testing.TB, kind batch.Kind, doc string) *batch.Object {
	t.Helper()
	o, err := batch.Parse(kind, []byte(doc), nil)
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, doc)
	}
	return o
}

// path is a view path written with slashes, because names contain dots.
func path(s string) []string { return strings.Split(s, "/") }

// plain is a term as encoding/json would have read it, nil for no term.
func plain(t testing.TB, term *ast.Term) any {
	t.Helper()
	if term == nil {
		return nil
	}
	v, err := ast.JSON(term.Value)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, encoded)
}

func decoded(t testing.TB, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// review is a request recorded from a kube-apiserver.
type review struct {
	Request struct {
		Kind     struct{ Kind string }
		Object   json.RawMessage
		Old      json.RawMessage `json:"oldObject"`
		UserInfo struct{ Username string }
	}
}

// recorded reads a review and its objects; old is nil on CREATE.
func recorded(t testing.TB, name string) (r review, object, old *batch.Object) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	kind := batch.Kind(r.Request.Kind.Kind)
	object = parse(t, kind, string(r.Request.Object))
	if len(r.Request.Old) > 0 && string(r.Request.Old) != "null" {
		old = parse(t, kind, string(r.Request.Old))
	}
	return r, object, old
}
