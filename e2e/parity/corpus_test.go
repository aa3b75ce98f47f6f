package parity

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/corpus"
	"github.com/batchgate/batchgate/policies/apiserver"
)

// TestCorpus sends what people really run, each manifest as the user who sends it in real life and with no more rights
// than that takes, and the guide's manifests. The cluster must say and fill in what their files expect.
func TestCorpus(t *testing.T) {
	letEverybodyRunJobs(t)
	expected := map[string]corpus.Told{}
	var cases []Case
	for _, name := range []string{"corpus", "guide"} {
		read, err := corpus.Read(os.DirFS(filepath.Join(shared.root, "e2e", "testdata", name)))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range read {
			cs := Case{
				Name:      name + "/" + c.Name,
				Policy:    "recommended",
				Client:    c.Context.Client,
				Fields:    apiserver.Strict,
				Namespace: c.Context.Namespace.Name,
				User:      c.Context.User.Name,
				Groups:    c.Context.User.Groups,
				Manifest:  c.Manifest,
			}
			cases, expected[cs.Name] = append(cases, cs), c.Told
			inNamespace(t, cs.Namespace, c.Context.Namespace.Labels)
		}
	}
	var mu sync.Mutex
	against(t, "recommended", cases, func(outcomes []outcome) {
		mu.Lock()
		defer mu.Unlock()
		for _, o := range outcomes {
			if o.Difference != "" {
				t.Error(o.report())
			}
			if o.NotCovered || o.Unread {
				t.Errorf("%s: is not compared with the cluster", o.Case.Name)
			}
		}
		told, err := saidOfAll(outcomes)
		if err != nil {
			t.Errorf("%s: %v", outcomes[0].Case.Name, err)
		}
		if diff := cmp.Diff(expected[outcomes[0].Case.Name], told, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s.txtar (-expected +cluster); go test ./corpus -update writes what the dry run says\n%s", outcomes[0].Case.Name, diff)
		}
	})
}

// saidOfAll is what the cluster said of a manifest and, when it is a CronJob, of the Job that its controller makes.
func saidOfAll(outcomes []outcome) (corpus.Told, error) {
	told, err := said(outcomes[0].Cluster)
	for _, o := range outcomes[1:] {
		job, jobErr := said(o.Cluster)
		if err == nil {
			err = jobErr
		}
		told = told.Of(job)
	}
	return told.Sorted(), err
}

// said reads an answer, the audit annotations of the gate above all: they name every finding and every fill.
func said(a Answer) (corpus.Told, error) {
	var told corpus.Told
	if a.Verdict == RefusedByKubernetes {
		var names []string
		for _, cause := range a.Causes {
			names = append(names, cause.Field)
		}
		told.Findings = []string{corpus.NotValid(names)}
		return told, nil
	}
	for annotation, class := range map[string]string{"enforced": corpus.Refused, "warned": corpus.Warned, "audited": corpus.Audited} {
		text, ok := a.Audit["validate.batchgate.dev/"+annotation]
		if !ok {
			continue
		}
		var findings []struct{ Rule, Field, Message string }
		if err := json.Unmarshal([]byte(text), &findings); err != nil {
			return told, fmt.Errorf("audit annotation %s: %w", annotation, err)
		}
		for _, f := range findings {
			told.Findings = append(told.Findings, corpus.Finding(class, f.Field, f.Message, f.Rule))
		}
	}
	if text, ok := a.Audit["mutate.batchgate.dev/filled"]; ok {
		var filled map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &filled); err != nil {
			return told, fmt.Errorf("audit annotation filled: %w", err)
		}
		for _, field := range slices.Sorted(maps.Keys(filled)) {
			told.Fills = append(told.Fills, corpus.Fill(field, filled[field]))
		}
	}
	return told, nil
}

// inNamespace makes sure that the namespace is there. Two cases that name it must mean the same.
func inNamespace(t *testing.T, name string, labels map[string]string) {
	t.Helper()
	namespaces := shared.Client().CoreV1().Namespaces()
	wanted := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	_, err := namespaces.Create(t.Context(), wanted, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	found, err := namespaces.Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range labels {
		if found.Labels[key] != value {
			t.Fatalf("namespace %s has the labels %v, and a case expects %s: %s", name, found.Labels, key, value)
		}
	}
}

// letEverybodyRunJobs gives whoever is known to the API server the right to create Jobs and CronJobs.
func letEverybodyRunJobs(t *testing.T) {
	t.Helper()
	rights := shared.Client().RbacV1()
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "runs-jobs"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"batch"}, Resources: []string{"jobs", "cronjobs"}, Verbs: []string{"create", "get", "patch"}}},
	}
	if _, err := rights.ClusterRoles().Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "runs-jobs"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "runs-jobs"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}},
	}
	if _, err := rights.ClusterRoleBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
