package doctor

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
)

// trustSecret is where the gate publishes whom to trust (certs.TrustSecretName; the
// parts of the command line do not know the server).
const trustSecret = "batchgate-trust"

const issuancePage = "batchgate-certificate-not-renewed"

// issuance finds whether cert-manager can renew, where certificates come from it.
func issuance(f *facts, s *sheet) {
	if f.mode() != "cert-manager" {
		return
	}
	before := len(s.findings)
	switch {
	case unknownKind(f.certificates.err):
		s.trouble("certificates come from cert-manager, and its CustomResourceDefinitions are not there: nothing is renewed",
			"install cert-manager, or go over to certificates of the gate's own (the component self-signed)", issuancePage)
		return
	case f.certificates.err != nil:
		s.notChecked("the Certificates", f.certificates.err)
	case len(f.certificates.value) == 0:
		s.trouble(fmt.Sprintf("there is no Certificate in %s: nothing is renewed", f.namespace), "apply the manifests again", issuancePage)
	}
	if f.issuers.err != nil {
		s.notChecked("the Issuers", f.issuers.err)
	}
	const unseen = "cert-manager has not looked at it: does it run?"
	for _, c := range f.certificates.value {
		why := unseen
		for _, condition := range c.Status.Conditions {
			if condition.Type == cmapi.CertificateConditionReady {
				why = reason(condition.Status, condition.Message)
			}
		}
		s.unready("Certificate "+c.Name, why)
	}
	for _, i := range f.issuers.value {
		why := unseen
		for _, condition := range i.Status.Conditions {
			if condition.Type == cmapi.IssuerConditionReady {
				why = reason(condition.Status, condition.Message)
			}
		}
		s.unready("Issuer "+i.Name, why)
	}
	f.injection(s)
	if len(s.findings) == before {
		s.ok(fmt.Sprintf("cert-manager has issued: %s and %s ready", plural(len(f.certificates.value), "Certificate"), plural(len(f.issuers.value), "Issuer")))
	}
}

// injection finds whether cainjector writes what the gate publishes, which waits
// for callers before it lets a CA go.
func (f *facts) injection(s *sheet) {
	want := f.namespace + "/" + trustSecret
	for _, c := range []struct {
		kind        string
		err         error
		annotations map[string]string
	}{
		{"MutatingWebhookConfiguration", f.mutating.err, annotationsOf(f.mutating)},
		{"ValidatingWebhookConfiguration", f.validating.err, annotationsOf(f.validating)},
	} {
		if from := c.annotations[cmapi.WantInjectFromSecretAnnotation]; c.err == nil && from != want {
			s.trouble(fmt.Sprintf("%s %s: the annotation %s is %q, expected %q: a new CA is not trusted in time", c.kind, f.name,
				cmapi.WantInjectFromSecretAnnotation, from, want), "apply the manifests again", "batchgate-certificate-problem")
		}
	}
}

func annotationsOf[T interface {
	*admissionv1.MutatingWebhookConfiguration | *admissionv1.ValidatingWebhookConfiguration
	GetAnnotations() map[string]string
}](c fact[T]) map[string]string {
	if c.err != nil {
		return nil
	}
	return c.value.GetAnnotations()
}

// unknownKind is true when the API server has no such kind.
func unknownKind(err error) bool { return apierrors.IsNotFound(err) || meta.IsNoMatchError(err) }

// reason is why a condition is not met, empty where it is.
func reason(status cmmeta.ConditionStatus, message string) string {
	if status == cmmeta.ConditionTrue {
		return ""
	}
	return message
}

func (s *sheet) unready(what, why string) {
	if why != "" {
		s.trouble(fmt.Sprintf("%s is not ready: %s", what, why), "kubectl describe it, and its CertificateRequests", issuancePage)
	}
}
