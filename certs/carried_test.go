package certs

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	corev1 "k8s.io/api/core/v1"
)

// The Secret of the source that comes is left from a time when it was used
// before: it is good, and does not know whom the API server has to trust now.
func TestReplicasOfTheFormerSourceStayTrustedBesideASecretThatIsLeftOver(t *testing.T) {
	t.Parallel()
	t.Run("from cert-manager to the gate's own CA", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		left := newSelfSigned(b.options(), b.cluster)
		if err := left.round(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.setBundles(nil)
		_, served := b.started()
		comes := newSelfSigned(b.options(), b.cluster)
		if err := comes.round(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.serves(served, "once the other source has begun")
		trustedEverywhere(t, b.cluster, comes)

		second := newSelfSigned(b.options(), b.cluster)
		if err := second.round(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.serves(served, "once its second replica has begun")
		b.pass(orphaned + defaultSettle)
		if err := comes.round(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, bundle := range injected(t, b.cluster) {
			if verifies(t, b.serving, bundle, b.truth()) == nil {
				t.Error("the former CA is trusted for good")
			}
		}
	})
	t.Run("from the gate's own CA to cert-manager", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.started()
		b.setBundles(nil)
		goes := newSelfSigned(b.options(), b.cluster)
		if err := goes.round(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.CertManager = b.replica()
		b.round()
		b.inject()
		trustedEverywhere(t, b.cluster, goes)

		secret := &corev1.Secret{}
		if err := b.cluster.Get(t.Context(), client.ObjectKey{Namespace: gateNamespace, Name: TrustSecretName}, secret); err != nil {
			t.Fatal(err)
		}
		before := secret.ResourceVersion
		b.round()
		if err := b.cluster.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
			t.Fatal(err)
		}
		if secret.ResourceVersion != before {
			t.Error("a second round writes it again")
		}
	})
}
