package certs

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// inject writes bundle into the webhook configurations where it is not there,
// and notes what they carry now.
func (s *SelfSigned) inject(ctx context.Context, bundle []byte) error {
	var (
		callers []caller
		errs    []error
	)
	for _, c := range newConfigurations() {
		err := s.put(ctx, c, bundle)
		for range attempts {
			if apierrors.IsConflict(err) {
				err = s.put(ctx, c, bundle)
			}
		}
		if apierrors.IsNotFound(err) {
			continue // it calls nobody
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c, err))
		}
		callers = append(callers, c.callers()...)
	}
	if len(errs) == 0 {
		s.sightings.look(callers, s.elapsed())
	}
	return errors.Join(errs...)
}

// put reads a configuration and sends only the caBundles, on the condition that nobody else changed the
// object meanwhile. What c holds afterwards is what the API server stored.
//
// A replica may still write what it read a moment before another one wrote
// more. That is put right in the next round, and a round is shorter than the
// time for which everybody must have carried a CA before it is used.
func (s *SelfSigned) put(ctx context.Context, c configuration, bundle []byte) error {
	if err := s.client.Get(ctx, client.ObjectKey{Name: ConfigurationName}, c.object); err != nil {
		return err
	}
	before, ok := c.object.DeepCopyObject().(client.Object)
	if !ok {
		return errors.New("a copy is no object")
	}
	lost := false
	changed := false
	for _, webhook := range c.webhooks() {
		if bytes.Equal(webhook.CABundle, bundle) {
			continue
		}
		present, _ := decodeCerts(webhook.CABundle)
		for raw := range s.sightings.since {
			lost = lost || !slices.ContainsFunc(present, func(have *x509.Certificate) bool { return string(have.Raw) == raw })
		}
		webhook.CABundle = bundle
		changed = true
	}
	if !changed {
		return nil
	}
	patch := client.StrategicMergeFrom(before, client.MergeFromWithOptimisticLock{})
	if err := s.client.Patch(ctx, c.object, patch); err != nil {
		return fmt.Errorf("caBundle: %w", err)
	}
	if lost {
		s.event(ReasonBundleRestored, fmt.Sprintf("somebody had changed the caBundle of %s; it was written again", c))
	} else {
		s.log.Info("caBundle written", "configuration", c.String())
	}
	return nil
}
