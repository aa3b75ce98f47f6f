package differential

import (
	"encoding/json"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/kubectl/pkg/util"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// TestTheEvidenceIsThatOfTheClients compares managedFields of a created and of a
// server-side applied document, the annotation of kubectl apply, and whether a
// document can be applied at all.
func TestTheEvidenceIsThatOfTheClients(t *testing.T) {
	n, seed := setting(t, "BATCHGATE_DIFFERENTIAL", 8000)/8, setting(t, "BATCHGATE_SEED", 1)
	applied := 0
	for number := range n {
		g := newGrammar(seed, number)
		g.odd = 0
		doc := g.document()
		doc.body = g.nulls(t, doc.body)
		object, _, err := apiserver.Decode(doc.body, apiserver.Strict)
		if err != nil {
			t.Fatal(err)
		}
		object.Default()
		object.Admit(namespace)
		want, ok := apply(t, doc)
		named := object.Job != nil && object.Job.Name != "" || object.CronJob != nil && object.CronJob.Name != ""
		if err := apiserver.Applicable(doc.body); named && (err == nil) != ok {
			t.Fatalf("object %d of seed %d can be applied: %v, here: %v\n%s", number, seed, ok, err, doc.body)
		}
		if !ok {
			continue
		}
		applied++
		object.LeaveEvidence(apiserver.Create, doc.body)
		if diff := cmp.Diff(update(t, doc), entries(t, plain(t, object))); diff != "" {
			t.Errorf("object %d of seed %d, created (-kubernetes +here):\n%s\n%s", number, seed, diff, doc.body)
		}
		object.LeaveEvidence(apiserver.ServerSideApply, doc.body)
		if diff := cmp.Diff(want, entries(t, plain(t, object))); diff != "" {
			t.Errorf("object %d of seed %d, applied (-kubernetes +here):\n%s\n%s", number, seed, diff, doc.body)
		}
		object.LeaveEvidence(apiserver.Apply, doc.body)
		if diff := cmp.Diff(lastApplied(t, doc), annotation(t, object)); diff != "" {
			t.Errorf("object %d of seed %d, applied by the client (-kubectl +here):\n%s\n%s", number, seed, diff, doc.body)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d documents, %d of them could be applied", n, applied)
	if applied < int(n)/4 {
		t.Errorf("%d of %d documents could be applied", applied, n)
	}
}

// nulls puts a null for a field here and there, which is no value to the API
// server and yet a field that was applied.
func (g *grammar) nulls(t *testing.T, body []byte) []byte {
	t.Helper()
	document := map[string]any{}
	if err := json.Unmarshal(body, &document); err != nil {
		t.Fatal(err)
	}
	spec, ok := document["spec"].(map[string]any)
	for _, name := range []string{"parallelism", "suspend", "successfulJobsHistoryLimit", "podFailurePolicy", "template"} {
		if _, has := spec[name]; ok && has && g.chance(0.1) {
			spec[name] = nil
		}
	}
	out, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func fieldManager(t *testing.T, kind string) *managedfields.FieldManager {
	t.Helper()
	scheme := legacyscheme.Scheme
	converter := applyconfigurations.NewTypeConverter(scheme)
	manager, err := managedfields.NewDefaultFieldManager(converter, runtime.UnsafeObjectConvertor(scheme), scheme, scheme, batchv1.SchemeGroupVersion.WithKind(kind), batch.SchemeGroupVersion, "", fieldpath.NewExcludeFilterSetMap(job.Strategy.GetResetFields()))
	if err != nil {
		t.Fatal(err)
	}
	return manager
}

func update(t *testing.T, doc document) any {
	t.Helper()
	object, _, refusal := newKubernetes(t).decode(doc.body, doc.kind, apiserver.Strict)
	if refusal != "" {
		t.Fatal(refusal)
	}
	admit(t, object)
	out, err := fieldManager(t, doc.kind).Update(blank(doc.kind), object, "kubectl-create")
	if err != nil {
		t.Fatal(err)
	}
	return entries(t, versioned(t, out, doc.kind))
}

// apply tells also whether the document can be applied: one with a generated
// name, or with two items of one key, cannot.
func apply(t *testing.T, doc document) (any, bool) {
	t.Helper()
	sent := &unstructured.Unstructured{}
	if err := json.Unmarshal(doc.body, &sent.Object); err != nil {
		t.Fatal(err)
	}
	if sent.GetName() == "" {
		return nil, false
	}
	sent.SetManagedFields(nil)
	out, err := fieldManager(t, doc.kind).Apply(blank(doc.kind), sent, "kubectl", false)
	if err != nil {
		return nil, false
	}
	return entries(t, versioned(t, out, doc.kind)), true
}

// lastApplied is what kubectl writes into the annotation.
func lastApplied(t *testing.T, doc document) string {
	t.Helper()
	sent := &unstructured.Unstructured{}
	if err := json.Unmarshal(doc.body, &sent.Object); err != nil {
		t.Fatal(err)
	}
	sent.SetNamespace(namespace)
	out, err := util.GetModifiedConfiguration(sent, false, unstructured.UnstructuredJSONScheme)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func annotation(t *testing.T, object *apiserver.Object) string {
	t.Helper()
	if object.CronJob != nil {
		return object.CronJob.Annotations[corev1.LastAppliedConfigAnnotation]
	}
	return object.Job.Annotations[corev1.LastAppliedConfigAnnotation]
}

func blank(kind string) runtime.Object {
	if kind == "CronJob" {
		return &batch.CronJob{}
	}
	return &batch.Job{}
}

// entries are an object's managedFields without times.
func entries(t *testing.T, object any) any {
	t.Helper()
	meta, ok := object.(map[string]any)["metadata"].(map[string]any)
	if !ok {
		t.Fatalf("no metadata in %v", object)
	}
	list, _ := meta["managedFields"].([]any)
	for _, entry := range list {
		delete(entry.(map[string]any), "time")
	}
	return list
}
