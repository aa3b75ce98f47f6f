package engine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// load makes an engine of a preset, a file or a directory.
func load(t testing.TB, spec string) *engine.Engine {
	t.Helper()
	set, err := source.Load(spec)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// policy makes an engine of a policy.yaml and of own rules, by name.
func policy(t testing.TB, text string, rules map[string]string) *engine.Engine {
	t.Helper()
	return load(t, directory(t, text, rules))
}

// only is the part of a policy.yaml that turns off every bundled rule but the
// given ones: what a test of the engine expects does not change with the library.
func only(t testing.TB, rules ...string) string {
	t.Helper()
	entries, err := os.ReadDir("../rules")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("rules:\n")
	for _, entry := range entries {
		if !slices.Contains(rules, entry.Name()) {
			text.WriteString("  " + entry.Name() + ": {mode: off}\n")
		}
	}
	return text.String()
}

// directory is a policy directory.
func directory(t testing.TB, text string, rules map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "policy.yaml"), "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: test}\n"+text)
	for name, rego := range rules {
		write(t, filepath.Join(dir, "rules", name, name+".rego"), rego)
	}
	return dir
}

// ownSet is a policy set with own rules that nobody has compiled yet.
func ownSet(t testing.TB, rules map[string]string) *source.Set {
	t.Helper()
	set, err := source.Load(directory(t, "", rules))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// now is when all requests of these tests are made.
func now() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

// create is the request the API server sends when a client creates the
// manifest.
func create(t testing.TB, client apiserver.Client, manifest string) engine.Request {
	t.Helper()
	object := defaulted(t, client, manifest)
	req := engine.Request{
		Operation: engine.Create,
		Kind:      "Job",
		Namespace: engine.Namespace{Name: "default", LabelsKnown: true, LimitsKnown: true, QuotasKnown: true},
		User:      engine.User{Name: "alice"},
		Now:       now(),
	}
	if object.CronJob != nil {
		req.Kind = "CronJob"
	}
	var err error
	if req.Object, err = object.JSON(); err != nil {
		t.Fatal(err)
	}
	return req
}

// update is the request for a stored object that becomes another one.
func update(t testing.TB, before, after string) engine.Request {
	t.Helper()
	req := create(t, "apply", after)
	req.Operation = engine.Update
	req.OldObject = create(t, "apply", before).Object
	return req
}

func defaulted(t testing.TB, client apiserver.Client, manifest string) *apiserver.Object {
	t.Helper()
	doc, err := apiserver.ToJSON([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	object, _, err := apiserver.Decode(doc, "Ignore")
	if err != nil {
		t.Fatal(err)
	}
	object.Default()
	object.Admit("default")
	object.LeaveEvidence(client, doc)
	return object
}

func mutate(t testing.TB, e *engine.Engine, req engine.Request) engine.Mutation {
	t.Helper()
	m, err := e.Mutate(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func validate(t testing.TB, e *engine.Engine, req engine.Request) engine.Verdict {
	t.Helper()
	v, err := e.Validate(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
