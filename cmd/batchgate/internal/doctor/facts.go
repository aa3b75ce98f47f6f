package doctor

import (
	"crypto/x509"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
)

// fact is something that was asked for, or why it is not known.
type fact[T any] struct {
	value T
	err   error
}

// facts are all that is known of an installation.
type facts struct {
	namespace, name string
	now             time.Time

	mutating    fact[*admissionv1.MutatingWebhookConfiguration]
	validating  fact[*admissionv1.ValidatingWebhookConfiguration]
	others      fact[[]webhook] // of everybody else
	own         fact[*corev1.Namespace]
	deployment  fact[*appsv1.Deployment]
	pods        fact[[]corev1.Pod]
	slices      fact[[]discoveryv1.EndpointSlice]
	disruptions fact[[]policyv1.PodDisruptionBudget]
	// What follows is asked for where certificates come from cert-manager.
	certificates fact[[]cmapi.Certificate]
	issuers      fact[[]cmapi.Issuer]

	replicas []replica
	probe    fact[probed]
	rights   []granted
}

// mode is where the certificate comes from: the value of --certs.
func (f *facts) mode() string {
	if f.deployment.err != nil || len(f.deployment.value.Spec.Template.Spec.Containers) == 0 {
		return ""
	}
	return flagOf(f.deployment.value.Spec.Template.Spec.Containers[0].Args, "--certs=")
}

// replica is what a Pod of the gate says of itself.
type replica struct {
	name    string
	node    string
	readyz  fact[readiness]
	metrics fact[metrics]
	ca      fact[[]byte]              // PEM
	served  fact[[]*x509.Certificate] // leaf first
}

// readiness is the answer of /readyz.
type readiness struct {
	ready           bool
	policy, version string
	why             string // it is not ready
}

// probed is what became of a Job that was tried.
type probed struct {
	refusal  error
	filled   bool
	judged   bool // /validate has warned of the label that no profile has
	warnings []string
	reviews  float64 // by how much the count of all reachable replicas has risen
	counted  bool    // whether any replica could be asked
}

// granted is a right of the gate's ServiceAccount that was asked for.
type granted struct {
	right
	allowed fact[bool]
}
