package differential

import (
	"context"
	"fmt"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
)

// kubernetes is the API server's own code, without the server: the serializers,
// the defaults, the strategies and the validation of a create, in the order of
// its handler.
type kubernetes struct{ lax, strict runtime.Decoder }

func newKubernetes(t *testing.T) kubernetes {
	t.Helper()
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	codecs := legacyscheme.Codecs
	found, ok := runtime.SerializerInfoForMediaType(codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	if !ok {
		t.Fatal("the API server's scheme has no serializer for JSON")
	}
	hub := batch.SchemeGroupVersion
	return kubernetes{codecs.DecoderToVersion(found.Serializer, hub), codecs.DecoderToVersion(found.StrictSerializer, hub)}
}

// decode returns nothing and the API server's message for a body that it
// answers with 400.
func (k kubernetes) decode(body []byte, kind string, fv apiserver.FieldValidation) (object runtime.Object, warnings []string, refusal string) {
	decoder := k.strict
	if fv == apiserver.Ignore {
		decoder = k.lax
	}
	var into runtime.Object = &batch.Job{}
	if kind == "CronJob" {
		into = &batch.CronJob{}
	}
	expected := batchv1.SchemeGroupVersion.WithKind(kind)
	object, actual, err := decoder.Decode(body, &expected, into)
	if strict, ok := runtime.AsStrictDecodingError(err); ok && object != nil && fv == apiserver.Warn {
		for _, problem := range strict.Errors() {
			warnings = append(warnings, problem.Error())
		}
	} else if err != nil && actual == nil {
		// The API server goes on with the kind that it expected and the body.
		return nil, nil, err.Error()
	} else if err != nil {
		return nil, nil, fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", actual.Kind, actual.Version, kind, err)
	}
	return object, warnings, ""
}

type strategy interface {
	rest.RESTCreateStrategy
	rest.DeclarativeValidationStrategy
}

// create goes on where decode ends. It tells also whether Kubernetes panicked.
func (k kubernetes) create(t *testing.T, object runtime.Object, kind string) (out answer, crashed bool) {
	t.Helper()
	var plan strategy = job.Strategy
	if kind == "CronJob" {
		plan = cronjob.Strategy
	}
	meta := admit(t, object)
	out.Defaulted = versioned(t, object, kind)
	meta.SetUID(uid)
	named := meta.GetName() != "" || meta.GetGenerateName() == ""
	if !named {
		meta.SetName(generated(plan.GenerateName(meta.GetGenerateName())))
	}
	ctx := request.WithRequestInfo(t.Context(), &request.RequestInfo{APIGroup: batch.GroupName, APIVersion: "v1"})
	ctx = request.WithNamespace(ctx, namespace)
	plan.PrepareForCreate(ctx, object)
	// The port keeps to generateName; the name only shows in what it makes.
	name := meta.GetName()
	if !named {
		meta.SetName("")
	}
	out.Prepared = versioned(t, object, kind)
	meta.SetName(name)
	return k.judge(ctx, out, plan, object)
}

// admit wipes what clients may not set.
func admit(t *testing.T, object runtime.Object) metav1.Object {
	t.Helper()
	meta, ok := object.(metav1.Object)
	if !ok {
		t.Fatalf("%T has no metadata", object)
	}
	rest.WipeObjectMetaSystemFields(meta)
	if meta.GetNamespace() == "" {
		meta.SetNamespace(namespace)
	}
	meta.SetManagedFields(nil)
	return meta
}

func (kubernetes) judge(ctx context.Context, in answer, plan strategy, object runtime.Object) (out answer, crashed bool) {
	out = in
	crashed = panics(func() { out.Errors = said(rest.ValidateCreate(ctx, object, plan)) })
	// The API server warns of what it accepts, and its code relies on that.
	if !crashed && panics(func() { out.Warnings = sorted(plan.WarningsOnCreate(ctx, object)) }) {
		crashed, out.Unwarned = len(out.Errors) == 0, true
	}
	return out, crashed
}

func panics(do func()) (caught bool) {
	defer func() { caught = recover() != nil }()
	do()
	return false
}

// generated has the five random characters of a generated name replaced, as the
// port writes them.
func generated(name string) string { return name[:len(name)-5] + "xxxxx" }

// versioned is an internal object as the API server shows it to a webhook.
func versioned(t *testing.T, object runtime.Object, kind string) any {
	t.Helper()
	out, err := legacyscheme.Scheme.ConvertToVersion(object, schema.GroupVersion{Group: batch.GroupName, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	out.GetObjectKind().SetGroupVersionKind(batchv1.SchemeGroupVersion.WithKind(kind))
	return plain(t, out)
}
