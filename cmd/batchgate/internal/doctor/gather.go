package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
)

// gatherer asks the API server.
type gatherer struct {
	Options
	client client.Client
	proxy  *rest.RESTClient
	heard  *warnings
}

func newGatherer(o Options) (*gatherer, error) {
	scheme := runtime.NewScheme()
	var errs []error
	for _, add := range []func(*runtime.Scheme) error{
		admissionv1.AddToScheme, appsv1.AddToScheme, authorizationv1.AddToScheme, batchv1.AddToScheme, corev1.AddToScheme,
		discoveryv1.AddToScheme, policyv1.AddToScheme, cmapi.AddToScheme,
	} {
		errs = append(errs, add(scheme))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	mapper := meta.NewDefaultRESTMapper(nil) // what is asked for is known, so nothing needs to be discovered
	for kind, scope := range map[schema.GroupVersionKind]meta.RESTScope{
		admissionv1.SchemeGroupVersion.WithKind("MutatingWebhookConfiguration"):   meta.RESTScopeRoot,
		admissionv1.SchemeGroupVersion.WithKind("ValidatingWebhookConfiguration"): meta.RESTScopeRoot,
		authorizationv1.SchemeGroupVersion.WithKind("SubjectAccessReview"):        meta.RESTScopeRoot,
		corev1.SchemeGroupVersion.WithKind("Namespace"):                           meta.RESTScopeRoot,
		corev1.SchemeGroupVersion.WithKind("Pod"):                                 meta.RESTScopeNamespace,
		appsv1.SchemeGroupVersion.WithKind("Deployment"):                          meta.RESTScopeNamespace,
		batchv1.SchemeGroupVersion.WithKind("Job"):                                meta.RESTScopeNamespace,
		discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice"):                  meta.RESTScopeNamespace,
		policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"):               meta.RESTScopeNamespace,
		cmapi.SchemeGroupVersion.WithKind(cmapi.CertificateKind):                  meta.RESTScopeNamespace,
		cmapi.SchemeGroupVersion.WithKind(cmapi.IssuerKind):                       meta.RESTScopeNamespace,
	} {
		mapper.Add(kind, scope)
	}
	heard := &warnings{}
	config := rest.CopyConfig(o.Config)
	config.WarningHandlerWithContext = heard
	c, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		return nil, err
	}
	config = rest.CopyConfig(o.Config)
	config.GroupVersion = &corev1.SchemeGroupVersion
	config.APIPath = "/api"
	config.NegotiatedSerializer = codecs(scheme)
	proxy, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Patience = o.Patience.usual()
	return &gatherer{Options: o, client: c, proxy: proxy, heard: heard}, nil
}

// gather asks for everything. The error is that nobody answers.
func (g *gatherer) gather(ctx context.Context) (*facts, error) {
	f := &facts{namespace: g.Namespace, name: g.Name, now: g.Now()}
	f.mutating = get(ctx, g, &admissionv1.MutatingWebhookConfiguration{}, "", g.Name)
	if err := f.mutating.err; err != nil && apierrors.ReasonForError(err) == "" {
		return nil, err
	}
	f.validating = get(ctx, g, &admissionv1.ValidatingWebhookConfiguration{}, "", g.Name)
	f.others = g.others(ctx)
	f.own = get(ctx, g, &corev1.Namespace{}, "", g.Namespace)
	f.deployment = get(ctx, g, &appsv1.Deployment{}, g.Namespace, g.Name)
	pods := &corev1.PodList{}
	f.pods.err = g.client.List(ctx, pods, client.InNamespace(g.Namespace), client.MatchingLabels{"app.kubernetes.io/name": g.Name})
	f.pods.value = pods.Items
	endpoints := &discoveryv1.EndpointSliceList{}
	f.slices.err = g.client.List(ctx, endpoints, client.InNamespace(g.Namespace), client.MatchingLabels{discoveryv1.LabelServiceName: g.Name})
	f.slices.value = endpoints.Items
	budgets := &policyv1.PodDisruptionBudgetList{}
	f.disruptions.err = g.client.List(ctx, budgets, client.InNamespace(g.Namespace))
	f.disruptions.value = budgets.Items
	if f.mode() == "cert-manager" {
		certificates, issuers := &cmapi.CertificateList{}, &cmapi.IssuerList{}
		f.certificates.err = g.client.List(ctx, certificates, client.InNamespace(g.Namespace))
		f.issuers.err = g.client.List(ctx, issuers, client.InNamespace(g.Namespace))
		f.certificates.value, f.issuers.value = certificates.Items, issuers.Items
	}
	running := slices.DeleteFunc(slices.Clone(f.pods.value), func(pod corev1.Pod) bool {
		return pod.Status.Phase != corev1.PodRunning || pod.DeletionTimestamp != nil
	})
	before := g.replicas(ctx, running)
	f.probe = g.try(ctx)
	f.replicas = g.replicas(ctx, running)
	g.serve(ctx, running, f.replicas)
	f.probe.value.reviews, f.probe.value.counted = risen(before, f.replicas)
	f.rights = g.rights(ctx, f.mode())
	return f, nil
}

func get[T client.Object](ctx context.Context, g *gatherer, into T, namespace, name string) fact[T] {
	err := g.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, into)
	return fact[T]{into, err}
}

// remedy says what to do about an error of the API server.
func remedy(err error) string {
	if apierrors.IsForbidden(err) {
		_, missing, found := strings.Cut(err.Error(), " cannot ")
		if found {
			return "ask as somebody who may " + missing
		}
		return "ask as somebody with more rights"
	}
	return ""
}

func flagOf(args []string, prefix string) string {
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, prefix); ok {
			return value
		}
	}
	return ""
}

// plural is "1 replica", "2 replicas".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
