package certs

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
)

// ConfigurationName is the name of both webhook configurations.
const ConfigurationName = "batchgate"

// configuration is one of the two webhook configurations.
type configuration struct {
	kind     string
	object   client.Object
	webhooks func() []*admissionv1.WebhookClientConfig
}

func (c configuration) String() string { return c.kind + " " + ConfigurationName }

func newConfigurations() []configuration {
	mutating := &admissionv1.MutatingWebhookConfiguration{}
	validating := &admissionv1.ValidatingWebhookConfiguration{}
	return []configuration{
		{"MutatingWebhookConfiguration", mutating, func() (list []*admissionv1.WebhookClientConfig) {
			for i := range mutating.Webhooks {
				list = append(list, &mutating.Webhooks[i].ClientConfig)
			}
			return list
		}},
		{"ValidatingWebhookConfiguration", validating, func() (list []*admissionv1.WebhookClientConfig) {
			for i := range validating.Webhooks {
				list = append(list, &validating.Webhooks[i].ClientConfig)
			}
			return list
		}},
	}
}

// caller is how the API server verifies us when it calls one webhook.
type caller struct {
	what   string // the configuration
	name   string // that the certificate must be for
	bundle []*x509.Certificate
	from   string // the Secret from which cainjector writes the caBundle
}

// hint tells what to do where the caBundle does not come from our Secret.
func (c caller) hint(namespace string) string {
	want := namespace + "/" + TrustSecretName
	if c.from == want {
		return ""
	}
	return fmt.Sprintf(" (expected the annotation %s: %s)", cmapi.WantInjectFromSecretAnnotation, want)
}

// callers are those of one configuration.
func (c configuration) callers() []caller {
	var list []caller
	for _, webhook := range c.webhooks() {
		one := caller{what: c.String(), from: c.object.GetAnnotations()[cmapi.WantInjectFromSecretAnnotation]}
		if webhook.Service != nil {
			one.name = webhook.Service.Name + "." + webhook.Service.Namespace + ".svc"
		} else if webhook.URL != nil {
			if parsed, err := url.Parse(*webhook.URL); err == nil {
				one.name = parsed.Hostname()
			}
		}
		// The API server takes what it can read of a bundle, too.
		one.bundle, _ = decodeCerts(webhook.CABundle)
		list = append(list, one)
	}
	return list
}

// readCallers reads both configurations. One that does not exist calls nobody.
func readCallers(ctx context.Context, c client.Client) ([]caller, error) {
	var (
		list []caller
		errs []error
	)
	for _, each := range newConfigurations() {
		err := c.Get(ctx, client.ObjectKey{Name: ConfigurationName}, each.object)
		if err != nil && !apierrors.IsNotFound(err) {
			errs = append(errs, fmt.Errorf("%s: %w", each, err))
			continue
		}
		list = append(list, each.callers()...)
	}
	return list, errors.Join(errs...)
}
