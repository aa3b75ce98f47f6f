package parity

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubectl/pkg/util"

	"github.com/batchgate/batchgate/policies/apiserver"
)

// call is one request to the API server.
type call struct {
	Method, Path string
	Query        url.Values
	ContentType  string
	Body         []byte
	User         string
	Groups       []string
}

// kubectl is the request that kubectl sends for an object it has read.
func kubectl(cs Case, object *unstructured.Unstructured) (call, error) {
	c := call{
		Method:      http.MethodPost,
		Path:        collection(cs.Namespace, object.GetKind()),
		Query:       url.Values{"fieldValidation": {string(cs.Fields)}},
		ContentType: "application/json",
		User:        cs.User,
		Groups:      cs.Groups,
	}
	if cs.DryRun {
		c.Query.Set("dryRun", "All")
	}
	var err error
	c.Body, err = runtime.Encode(unstructured.UnstructuredJSONScheme, object)
	if err != nil {
		return call{}, err
	}
	switch client(cs, object) {
	case apiserver.Create:
		c.Query.Set("fieldManager", "kubectl-create")
	case apiserver.ServerSideApply:
		c.Method, c.ContentType = http.MethodPatch, "application/apply-patch+yaml"
		c.Path += "/" + object.GetName()
		c.Query.Set("fieldManager", "kubectl")
		c.Query.Set("force", "false")
	case apiserver.Apply:
		c.Query.Set("fieldManager", "kubectl-client-side-apply")
		object = object.DeepCopy()
		if err := util.CreateApplyAnnotation(object, unstructured.UnstructuredJSONScheme); err != nil {
			return call{}, err
		}
		pruneNulls(object.Object)
		c.Body, err = runtime.Encode(unstructured.UnstructuredJSONScheme, object)
	}
	return c, err
}

// pruneNulls is what kubectl apply does to an object that it creates.
func pruneNulls(value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if member == nil {
				delete(value, key)
			}
			pruneNulls(member)
		}
	case []any:
		for _, item := range value {
			pruneNulls(item)
		}
	}
}

// client is how the object can be sent: one without a name is only created.
func client(cs Case, object *unstructured.Unstructured) apiserver.Client {
	if object.GetName() == "" {
		return apiserver.Create
	}
	return cs.Client
}

func collection(namespace, kind string) string {
	resource := "jobs"
	if kind == "CronJob" {
		resource = "cronjobs"
	}
	return "/apis/batch/v1/namespaces/" + namespace + "/" + resource
}

// run is the request of the CronJob controller for the Job of a CronJob.
func run(job *batchv1.Job) (call, error) {
	body, err := json.Marshal(job)
	return call{
		Method:      http.MethodPost,
		Path:        collection(job.Namespace, "Job"),
		Query:       url.Values{},
		ContentType: "application/json",
		Body:        body,
		User:        "system:serviceaccount:kube-system:cronjob-controller",
		Groups:      []string{"system:serviceaccounts", "system:serviceaccounts:kube-system"},
	}, err
}

// created is the request of `kubectl create` for a document it has made itself.
func created(cs Case, doc []byte) (call, error) {
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(doc); err != nil {
		return call{}, err
	}
	return kubectl(cs, object)
}

// byHand is the Job that `kubectl create job --from` makes, as the document
// that it sends.
func byHand(cron *batchv1.CronJob) ([]byte, error) {
	annotations := map[string]string{"cronjob.kubernetes.io/instantiate": "manual"}
	for key, value := range cron.Spec.JobTemplate.Annotations {
		annotations[key] = value
	}
	controls := true
	job := &batchv1.Job{Spec: cron.Spec.JobTemplate.Spec}
	job.APIVersion, job.Kind = "batch/v1", "Job"
	job.Name, job.Namespace = cron.Name+"-by-hand", cron.Namespace
	job.Labels, job.Annotations = cron.Spec.JobTemplate.Labels, annotations
	job.OwnerReferences = append(job.OwnerReferences, metav1.OwnerReference{
		APIVersion: "batch/v1", Kind: "CronJob", Name: cron.Name, UID: cron.UID, Controller: &controls,
	})
	body, err := json.Marshal(job)
	return bytes.TrimSpace(body), err
}
