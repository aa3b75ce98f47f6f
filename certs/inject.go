package certs

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ConfigurationName is the name of both webhook configurations.
const ConfigurationName = "batchgate"

// inject writes bundle into the webhook configurations where it is not there.
func (s *SelfSigned) inject(ctx context.Context, bundle []byte) error {
	mutating := &admissionv1.MutatingWebhookConfiguration{}
	validating := &admissionv1.ValidatingWebhookConfiguration{}
	return errors.Join(
		s.put(ctx, "MutatingWebhookConfiguration", mutating, func() bool {
			changed := false
			for i := range mutating.Webhooks {
				changed = set(&mutating.Webhooks[i].ClientConfig, bundle) || changed
			}
			return changed
		}),
		s.put(ctx, "ValidatingWebhookConfiguration", validating, func() bool {
			changed := false
			for i := range validating.Webhooks {
				changed = set(&validating.Webhooks[i].ClientConfig, bundle) || changed
			}
			return changed
		}),
	)
}

// put reads a configuration and sends only what change changed, on the
// condition that nobody else changed the object meanwhile.
func (s *SelfSigned) put(ctx context.Context, kind string, config client.Object, change func() bool) error {
	what := kind + " " + ConfigurationName
	if err := s.client.Get(ctx, client.ObjectKey{Name: ConfigurationName}, config); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	before, ok := config.DeepCopyObject().(client.Object)
	if !ok || !change() {
		return nil
	}
	patch := client.StrategicMergeFrom(before, client.MergeFromWithOptimisticLock{})
	if err := s.client.Patch(ctx, config, patch); err != nil {
		return fmt.Errorf("%s: caBundle: %w", what, err)
	}
	s.log.Info("caBundle written", "configuration", what)
	return nil
}

func set(config *admissionv1.WebhookClientConfig, bundle []byte) bool {
	if bytes.Equal(config.CABundle, bundle) {
		return false
	}
	config.CABundle = bundle
	return true
}
