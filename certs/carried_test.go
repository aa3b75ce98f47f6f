package certs

import (
	"bytes"
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// rounds are those of a replica of the gate's own CA.
func (b *bench) rounds(s *SelfSigned, n int) {
	b.t.Helper()
	for range n {
		if err := s.round(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
		b.pass(time.Minute)
	}
}

// others is a replica of the same cluster that takes its certificate from the gate's own CA.
func (b *bench) others() *SelfSigned {
	return newSelfSigned(b.options(), b.cluster)
}

// carries tells whether all configurations trust a CA.
func (b *bench) carries(ca *authority) bool {
	b.t.Helper()
	for _, bundle := range injected(b.t, b.cluster) {
		if !bytes.Contains(bundle, encodeCert(ca.cert)) {
			return false
		}
	}
	return true
}

func (b *bench) trustSecret() *corev1.Secret {
	b.t.Helper()
	secret := &corev1.Secret{}
	if err := b.cluster.Get(b.t.Context(), client.ObjectKey{Namespace: gateNamespace, Name: TrustSecretName}, secret); err != nil {
		b.t.Fatal(err)
	}
	return secret
}

// The Secret of the source that comes may be left from a time when it was used before:
// it is good, and does not know whom the API server has to trust now.
func TestReplicasOfTheFormerSourceStayTrusted(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		before bool          // the gate's own CA has been in use before all
		later  time.Duration // when it is again
	}{
		"for the first time":                               {false, time.Hour},
		"beside a Secret that is left":                     {true, time.Hour},
		"beside one that knows the CA no more":             {true, 2 * day},
		"when what the Secret knows of the CA is over":     {true, 20 * day},
		"when what the first change has left behind is so": {false, 20 * day},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			if test.before {
				b.rounds(b.others(), 1)
				b.setBundles(nil)
			}
			ca, served := b.started()
			b.rounds(b.others(), 3)
			b.serves(served, "once the gate's own CA is in use")

			// And back: the page has the Secret that cainjector would copy deleted first.
			if err := b.cluster.Delete(t.Context(), b.trustSecret()); err != nil {
				t.Fatal(err)
			}
			goes := b.others()
			b.rounds(goes, 1)
			b.CertManager = b.replica()
			b.round()
			b.inject()
			trustedEverywhere(t, b.cluster, goes)
			for left := test.later; left > 0; left -= 12 * time.Hour {
				served = b.write(ca)
				b.pass(min(left, 12*time.Hour))
				b.round()
				b.inject()
			}
			b.pass(defaultSettle)
			b.round()
			b.serves(served, "before the gate's own CA is in use again")

			comes := b.others()
			b.rounds(comes, 1)
			b.serves(served, "when its first replica has begun")
			trustedEverywhere(t, b.cluster, comes)
			b.rounds(b.others(), 1)
			b.serves(served, "when its second replica has begun")
			b.pass(retention)
			b.rounds(comes, 2)
			if b.carries(ca) {
				t.Error("the former CA is trusted for good")
			}
		})
	}
}

// Between the Secret that has forgotten a CA and the caBundles that still carry it, a
// replica begins.
func TestACAWhoseTimeIsOverIsNotLearnedAgain(t *testing.T) {
	t.Parallel()
	t.Run("of the gate", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		first := b.others()
		b.rounds(first, 1)
		former := first.agreed.signer
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gateNamespace, Name: SecretName}}
		if err := b.cluster.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
			t.Fatal(err)
		}
		secret.Annotations = map[string]string{AnnotationRotate: "1"}
		if err := b.cluster.Update(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		b.rounds(first, 5)
		if sameCert(first.agreed.signer.cert, former.cert) || !b.carries(former) {
			t.Fatal("no rotation, or one that trusts only the new CA")
		}
		b.pass(retention)
		if _, _, err := first.agree(t.Context()); err != nil { // it writes the Secret, and the caBundles in a moment
			t.Fatal(err)
		}
		b.rounds(b.others(), 1)
		b.rounds(first, 1)
		if b.carries(former) {
			t.Error("it is trusted again")
		}
	})
	t.Run("of cert-manager, while cainjector is away", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		former, _ := b.started()
		present := b.authority()
		b.write(present)
		b.round()
		b.inject()
		b.pass(defaultSettle)
		b.round()
		b.pass(retention)
		b.write(present) // the leaf before has expired
		b.round()
		if bytes.Contains(b.trustSecret().Data[fileCA], encodeCert(former.cert)) || !b.carries(former) {
			t.Fatal("the time of the CA is not over, or somebody has copied that")
		}
		for range 3 {
			b.CertManager = b.replica()
			b.round()
			b.pass(time.Hour)
		}
		if bytes.Contains(b.trustSecret().Data[fileCA], encodeCert(former.cert)) {
			t.Error("it is trusted again")
		}
	})
}

func TestASecondRoundWritesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.rounds(b.others(), 1)
	b.write(b.authority())
	b.round()
	before := b.trustSecret().ResourceVersion
	for range 3 {
		if err := b.CertManager.round(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if now := b.trustSecret().ResourceVersion; now != before {
		t.Errorf("resource version %s, before %s", now, before)
	}
}

// The CA that goes knows of the one that came, and both are in the caBundle when it
// comes back: that somebody else was in charge shows in what it does not know.
func TestAChangeIsTakenBackWhileBothAreTrusted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.setBundles(nil)
	b.rounds(b.others(), 1)
	b.write(b.authority())
	b.round()
	b.inject()
	b.pass(defaultSettle)
	b.round()
	served := b.candidate
	b.serves(served, "once cert-manager is in charge")
	comes := b.others()
	b.rounds(comes, 2)
	b.serves(served, "when the gate's own CA is in charge again")
	trustedEverywhere(t, b.cluster, comes)
}
