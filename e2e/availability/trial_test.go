package availability

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
)

// trial is every resource with every verb that the API server serves, in some namespaces, each tried as a dry run.
type trial struct {
	client     rest.Interface
	namespaces []string
	resources  []resource
}

// resource is one of discovery's, with an object of it.
type resource struct {
	metav1.APIResource
	schema.GroupVersion
	object *unstructured.Unstructured // nil: of its kind only
}

// attempt is one thing that somebody may want of the API server.
type attempt struct{ verb, resource, namespace string }

func (a attempt) String() string {
	return strings.TrimSpace(a.verb + " " + a.resource + " " + a.namespace)
}

// outcome is how the API server answered.
type outcome struct {
	code    int
	reason  metav1.StatusReason
	message string
}

// existing are the objects that are tried where the API server would act on a new one.
func existing() map[string]string {
	return map[string]string{"apiservices": "v1.apps", "servicecidrs": "kubernetes"}
}

func newTrial(t *testing.T, namespaces ...string) *trial {
	t.Helper()
	stored := objects(t)
	_, lists, err := shared.Client().Discovery().ServerGroupsAndResources()
	if err != nil {
		t.Fatal(err)
	}
	tr := &trial{client: shared.Client().Discovery().RESTClient(), namespaces: namespaces}
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range list.APIResources {
			tr.resources = append(tr.resources, resource{
				APIResource: each, GroupVersion: gv, object: stored[gv.WithKind(each.Kind).GroupKind()],
			})
		}
	}
	return tr
}

// objects are those of testdata by their kind.
func objects(t *testing.T) map[schema.GroupKind]*unstructured.Unstructured {
	t.Helper()
	file, err := os.Open("testdata/objects.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all := map[schema.GroupKind]*unstructured.Unstructured{}
	for documents := yaml.NewYAMLOrJSONDecoder(file, 4096); ; {
		object := &unstructured.Unstructured{}
		err := documents.Decode(object)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[object.GroupVersionKind().GroupKind()] = object
	}
}

// places are where a resource is: each namespace, or the cluster.
func (tr *trial) places(r resource) []string {
	if r.Namespaced {
		return tr.namespaces
	}
	return []string{""}
}

// store creates what is to be updated and deleted, and says how to remove it again.
func (tr *trial) store(ctx context.Context) (remove func(context.Context) error, err error) {
	var made []string
	var errs []error
	for _, r := range tr.resources {
		if r.object == nil || strings.Contains(r.Name, "/") || !r.has("patch") || existing()[r.Name] != "" {
			continue
		}
		for _, place := range tr.places(r) {
			answer := tr.do(ctx, http.MethodPost, r.path(place, ""), "", r.named(place, r.storedName()))
			switch {
			case answer.reason == metav1.StatusReasonAlreadyExists: // an Event, which two groups serve
				continue
			case answer.code != http.StatusCreated:
				errs = append(errs, fmt.Errorf("create %s in %q: %d %s", r.full(), place, answer.code, answer.message))
			}
			made = append(made, r.path(place, r.storedName()))
		}
	}
	return func(ctx context.Context) error {
		var errs []error
		for _, path := range made {
			if answer := tr.do(ctx, http.MethodDelete, path, "", nil); answer.code >= 300 && answer.code != http.StatusNotFound {
				errs = append(errs, fmt.Errorf("delete %s: %d %s", path, answer.code, answer.message))
			}
		}
		return errors.Join(errs...)
	}, errors.Join(errs...)
}

// run tries everything and says how it was answered.
func (tr *trial) run(ctx context.Context) map[attempt]outcome {
	var mu sync.Mutex
	outcomes := map[attempt]outcome{}
	var group errgroup.Group
	group.SetLimit(8)
	for _, r := range tr.resources {
		for _, place := range tr.places(r) {
			for _, verb := range append([]string(r.Verbs), r.patches()...) {
				if verb == "watch" || verb == "patch" { // a watch is a list that does not end
					continue
				}
				group.Go(func() error {
					answer := tr.try(ctx, r, place, verb)
					mu.Lock()
					defer mu.Unlock()
					outcomes[attempt{verb: verb, resource: r.full(), namespace: place}] = answer
					return nil
				})
			}
		}
	}
	_ = group.Wait() // says nothing
	return outcomes
}

func (tr *trial) try(ctx context.Context, r resource, place, verb string) outcome {
	const label = `{"metadata":{"labels":{"trial":"tried"}}}`
	stored := r.path(place, r.storedName())
	switch verb {
	case "create":
		path := r.path(place, "")
		if _, _, sub := strings.Cut(r.Name, "/"); sub {
			path = stored
		}
		return tr.do(ctx, http.MethodPost, path, "application/json", r.named(place, "trial-new"))
	case "get":
		return tr.do(ctx, http.MethodGet, stored, "", nil)
	case "list":
		return tr.do(ctx, http.MethodGet, r.path(place, ""), "", nil)
	case "delete":
		return tr.do(ctx, http.MethodDelete, stored, "", nil, "dryRun", "All")
	case "deletecollection":
		return tr.do(ctx, http.MethodDelete, r.path(place, ""), "", nil, "dryRun", "All")
	case "merge":
		return tr.do(ctx, http.MethodPatch, stored, string(types.MergePatchType), []byte(label), "dryRun", "All")
	case "apply":
		body := fmt.Sprintf(`{"apiVersion":%q,"kind":%q,%s`, r.GroupVersion.String(), r.Kind, label[1:])
		return tr.do(ctx, http.MethodPatch, stored, string(types.ApplyPatchType), []byte(body), "dryRun", "All", "fieldManager", "trial")
	case "update":
		return tr.update(ctx, stored)
	default:
		panic("no way to try the verb " + verb)
	}
}

// update writes an object back, again when a controller was faster.
func (tr *trial) update(ctx context.Context, path string) outcome {
	for {
		body, err := tr.client.Get().AbsPath(path).Do(ctx).Raw()
		if err != nil {
			return outcomeOf(err)
		}
		answer := tr.do(ctx, http.MethodPut, path, "application/json", body, "dryRun", "All")
		if answer.reason != metav1.StatusReasonConflict || ctx.Err() != nil {
			return answer
		}
	}
}

func (tr *trial) do(ctx context.Context, method, path, contentType string, body []byte, query ...string) outcome {
	call := tr.client.Verb(method).AbsPath(path).MaxRetries(0)
	if method == http.MethodPost && contentType != "" {
		query = append(query, "dryRun", "All")
	}
	for i := 0; i < len(query); i += 2 {
		call = call.Param(query[i], query[i+1])
	}
	if body != nil {
		if contentType == "" {
			contentType = "application/json"
		}
		call = call.SetHeader("Content-Type", contentType).Body(bytes.NewReader(body))
	}
	var code int
	result := call.Do(ctx).StatusCode(&code)
	if _, err := result.Raw(); err != nil {
		return outcomeOf(result.Error())
	}
	return outcome{code: code}
}

func outcomeOf(err error) outcome {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return outcome{message: err.Error()}
	}
	s := status.Status()
	return outcome{code: int(s.Code), reason: s.Reason, message: s.Message}
}

func (r resource) has(verb string) bool {
	for _, each := range r.Verbs {
		if each == verb {
			return true
		}
	}
	return false
}

func (r resource) patches() []string {
	if r.has("patch") {
		return []string{"merge", "apply"}
	}
	return nil
}

// full is the resource with its version and group.
func (r resource) full() string {
	return strings.TrimSuffix(r.Name+"."+r.GroupVersion.Version+"."+r.GroupVersion.Group, ".")
}

func (r resource) storedName() string {
	whole, _, _ := strings.Cut(r.Name, "/")
	if name := existing()[whole]; name != "" {
		return name
	}
	return r.fitting("trial")
}

// fitting is a name that the kind allows.
func (r resource) fitting(name string) string {
	switch strings.Split(r.Name, "/")[0] {
	case "apiservices":
		return "v1.trial.example.com"
	case "customresourcedefinitions":
		return "widgets.trial.example.com"
	case "ipaddresses":
		return strings.NewReplacer("trial-new", "10.9.0.2", "trial", "10.9.0.1").Replace(name)
	default:
		return name
	}
}

// path is that of an object, or without a name of the collection.
func (r resource) path(place, name string) string {
	whole, sub, _ := strings.Cut(r.Name, "/")
	parts := []string{"/apis", r.GroupVersion.Group, r.GroupVersion.Version}
	if r.GroupVersion.Group == "" {
		parts = []string{"/api", r.GroupVersion.Version}
	}
	if place != "" {
		parts = append(parts, "namespaces", place)
	}
	parts = append(parts, whole)
	if name != "" {
		parts = append(parts, name)
	}
	if sub != "" {
		parts = append(parts, sub)
	}
	return strings.Join(parts, "/")
}

// named is the object of a resource with a name, as JSON.
func (r resource) named(place, name string) []byte {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	if r.object != nil {
		object = r.object.DeepCopy()
	}
	gv := r.GroupVersion
	if r.APIResource.Version != "" { // of a subresource that has the kind of another group
		gv = schema.GroupVersion{Group: r.APIResource.Group, Version: r.APIResource.Version}
	}
	object.SetAPIVersion(gv.String())
	object.SetKind(r.Kind)
	if !strings.HasSuffix(r.Kind, "Review") {
		object.SetName(r.fitting(name))
	}
	if place != "" {
		object.SetNamespace(place)
	}
	// What an Event or a review is about is in the same namespace.
	for _, about := range [][]string{{"involvedObject"}, {"regarding"}, {"spec", "resourceAttributes"}} {
		if _, found, _ := unstructured.NestedMap(object.Object, about...); found && place != "" {
			_ = unstructured.SetNestedField(object.Object, place, append(about, "namespace")...)
		}
	}
	body, err := json.Marshal(object)
	if err != nil {
		panic(err) // read from YAML
	}
	return body
}
