package certs

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/cert-manager/cert-manager/pkg/util/pki"
)

// bench is a replica with the parts of a cluster that it meets: a Secret that
// cert-manager writes, and cainjector, which works when it is told to.
type bench struct {
	*watch
	*CertManager
	t       *testing.T
	cluster client.Client
	secret  *corev1.Secret
	notices *notices
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{watch: &watch{elapsed: 1000 * time.Hour}, t: t, cluster: cluster(t, interceptor.Funcs{}), notices: &notices{}}
	b.CertManager = b.replica()
	return b
}

// replica is another one of the same cluster.
func (b *bench) replica() *CertManager {
	o := b.options()
	o.Notice = b.notices.add
	c := newCertManager(o, "", "")
	c.client = b.cluster
	c.secrets = &secretWatch{get: func() (*corev1.Secret, error) {
		if b.secret == nil {
			return nil, errors.New("it does not exist")
		}
		return b.secret, nil
	}}
	return c
}

// write is what cert-manager does when it has issued a certificate.
func (b *bench) write(ca *authority) *pair {
	b.t.Helper()
	cert, err := ca.issue(ServiceNames("batchgate", gateNamespace), b.truth())
	if err != nil {
		b.t.Fatal(err)
	}
	key, err := pki.EncodeECPrivateKey(cert.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		b.t.Fatal(err)
	}
	b.secret = &corev1.Secret{Data: map[string][]byte{fileCert: encodeCert(cert.Leaf), fileKey: key, fileCA: encodeCert(ca.cert)}}
	p, err := newPair(b.secret.Data[fileCert], key, b.secret.Data[fileCA])
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *bench) authority() *authority {
	b.t.Helper()
	ca, err := newAuthority(b.truth())
	if err != nil {
		b.t.Fatal(err)
	}
	return ca
}

func (b *bench) round() {
	b.t.Helper()
	if err := b.CertManager.round(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// inject is what cainjector does; only for the kinds named, all without.
func (b *bench) inject(only ...string) {
	b.t.Helper()
	secret := &corev1.Secret{}
	if err := b.cluster.Get(b.t.Context(), client.ObjectKey{Namespace: gateNamespace, Name: TrustSecretName}, secret); err != nil {
		b.t.Fatal(err)
	}
	b.setBundles(secret.Data[fileCA], only...)
}

func (b *bench) setBundles(bundle []byte, only ...string) {
	b.t.Helper()
	for _, c := range newConfigurations() {
		if err := b.cluster.Get(b.t.Context(), client.ObjectKey{Name: ConfigurationName}, c.object); err != nil {
			b.t.Fatal(err)
		}
		for _, w := range c.webhooks() {
			if len(only) == 0 || only[0] == c.kind {
				w.CABundle = bundle
			}
			w.Service = &admissionv1.ServiceReference{Namespace: gateNamespace, Name: "batchgate"}
		}
		if err := b.cluster.Update(b.t.Context(), c.object); err != nil {
			b.t.Fatal(err)
		}
	}
}

// serves checks what is served and that the API server accepts it.
func (b *bench) serves(want *pair, why string) {
	b.t.Helper()
	current := b.current.Load()
	if current == nil || !sameCert(current.cert.Leaf, want.leaf()) {
		b.t.Fatalf("%s: another certificate is served", why)
	}
	for _, bundle := range injected(b.t, b.cluster) {
		if err := verifies(b.t, b.serving, bundle, b.truth()); err != nil {
			b.t.Errorf("%s: %v", why, err)
		}
	}
}

// started serves a certificate of the first CA.
func (b *bench) started() (*authority, *pair) {
	b.t.Helper()
	ca := b.authority()
	first := b.write(ca)
	b.round()
	b.inject()
	b.round()
	b.pass(defaultSettle)
	b.round()
	b.serves(first, "after the start")
	if err := errors.Join(b.Ready(), b.Problem()); err != nil {
		b.t.Fatal(err)
	}
	return ca, first
}

func TestACertificateOfTheSameCAIsServedAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ca, _ := b.started()
	b.pass(time.Hour)
	second := b.write(ca)
	b.round()
	b.serves(second, "renewed")
}

func TestACertificateOfANewCAWaitsUntilAllTrustIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, first := b.started()
	b.pass(time.Hour)
	second := b.write(b.authority())
	b.round()
	b.serves(first, "the new CA is not in a caBundle")
	b.inject("MutatingWebhookConfiguration")
	b.round()
	b.pass(defaultSettle)
	b.round()
	b.serves(first, "the new CA is in one of two caBundles")
	b.inject()
	b.round()
	b.pass(defaultSettle - time.Second)
	b.round()
	b.serves(first, "the new CA is in both, but not for long")
	b.pass(time.Second)
	b.round()
	b.serves(second, "the new CA is known")
	if err := errors.Join(b.Ready(), b.Problem()); err != nil {
		t.Error(err)
	}
	if b.notices.count(ReasonRotating) != 1 || b.notices.count(ReasonRotated) != 1 {
		t.Errorf("told %v", b.notices.all())
	}
	// The former CA goes when the last certificate of it has expired.
	b.pass(first.leaf().NotAfter.Sub(b.truth()) - time.Second)
	b.round()
	if len(b.published) != 2 {
		t.Errorf("%d CAs are published while the former certificate is valid, want 2", len(b.published))
	}
	b.pass(2 * time.Second)
	b.write(b.authority())
	b.round()
	if bytes.Contains(b.published.bundle(), encodeCert(first.signer())) {
		t.Error("the former CA is still published")
	}
}

func TestWaitingForTrustIsAProblemAfterAWhile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, first := b.started()
	b.write(b.authority())
	b.round()
	if err := b.Problem(); err != nil {
		t.Errorf("a problem at once: %v", err)
	}
	b.pass(patience)
	b.round()
	if b.Problem() == nil || b.notices.count(ReasonWaiting) != 1 || b.Ready() != nil {
		t.Errorf("told %v, problem %v, ready %v", b.notices.all(), b.Problem(), b.Ready())
	}
	b.serves(first, "cainjector does not work")
	b.pass(first.leaf().NotAfter.Sub(b.truth()) + time.Second)
	second := b.write(b.authority())
	b.round()
	if current := b.current.Load(); !sameCert(current.cert.Leaf, second.leaf()) {
		t.Error("an invalid certificate is served although there is a valid one")
	}
}

func TestAReplicaThatStartsIsReadyOnceItIsTrusted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.started()
	second := b.replica()
	if second.Ready() == nil {
		t.Error("ready without a certificate")
	}
	if err := second.round(t.Context()); err != nil || second.Ready() != nil {
		t.Errorf("a CA that all know: %v, ready: %v", err, second.Ready())
	}
	b.write(b.authority())
	third := b.replica()
	if err := third.round(t.Context()); err != nil || third.Ready() == nil {
		t.Errorf("ready with a certificate that nobody trusts, %v", err)
	}
	b.inject()
	b.round()
	if err := third.round(t.Context()); err != nil || third.Ready() == nil {
		t.Errorf("ready before the API server can have noticed, %v", err)
	}
	b.pass(defaultSettle)
	if err := third.round(t.Context()); err != nil || third.Ready() != nil {
		t.Errorf("not ready: %v, %v", err, third.Ready())
	}
}

func TestAnUnusableSecretKeepsTheLastGoodCertificate(t *testing.T) {
	t.Parallel()
	tests := map[string]func(b *bench, other map[string][]byte){
		"the key is another one":    func(b *bench, other map[string][]byte) { b.secret.Data[fileKey] = other[fileKey] },
		"the key is garbage":        func(b *bench, _ map[string][]byte) { b.secret.Data[fileKey] = []byte("garbage") },
		"the certificate is halved": func(b *bench, _ map[string][]byte) { b.secret.Data[fileCert] = b.secret.Data[fileCert][:100] },
		"the CA is garbage":         func(b *bench, _ map[string][]byte) { b.secret.Data[fileCA] = []byte("garbage") },
		"it is emptied":             func(b *bench, _ map[string][]byte) { b.secret.Data = nil },
		"it is deleted":             func(b *bench, _ map[string][]byte) { b.secret = nil },
	}
	for name, breaking := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			ca, first := b.started()
			b.write(ca)
			other := b.secret.Data
			b.write(ca)
			breaking(b, other)
			b.round()
			b.round()
			b.serves(first, "while it is broken")
			if b.Ready() != nil || b.Problem() == nil || b.notices.count(ReasonSecretUnusable) != 1 {
				t.Errorf("ready %v, problem %v, told %v", b.Ready(), b.Problem(), b.notices.all())
			}
			second := b.write(ca)
			b.round()
			b.serves(second, "mended")
			if err := b.Problem(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheMountStandsIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mount = t.TempDir()
	ca, _ := b.started()
	b.pass(time.Hour)
	second := b.write(ca)
	for name, text := range b.secret.Data {
		if err := os.WriteFile(filepath.Join(b.mount, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.secret = nil
	b.round()
	b.serves(second, "the API server does not say")
	b.pass(time.Hour)
	third := b.write(ca)
	b.round()
	b.serves(third, "the mount is older than the API server's")
}

func TestLostTrustIsPublishedAgain(t *testing.T) {
	t.Parallel()
	key := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gateNamespace, Name: TrustSecretName}}
	tests := map[string]func(ctx context.Context, c client.Client, s *corev1.Secret) error{
		"deleted": func(ctx context.Context, c client.Client, s *corev1.Secret) error { return c.Delete(ctx, s) },
		"garbage": func(ctx context.Context, c client.Client, s *corev1.Secret) error {
			s.Data[fileCA] = []byte("x")
			return c.Update(ctx, s)
		},
		"emptied": func(ctx context.Context, c client.Client, s *corev1.Secret) error {
			s.Data = nil
			return c.Update(ctx, s)
		},
		"withheld": func(ctx context.Context, c client.Client, s *corev1.Secret) error {
			s.Annotations = nil
			return c.Update(ctx, s)
		},
	}
	for name, lose := range tests {
		for _, who := range []string{"a replica that remembers", "one that starts"} {
			t.Run(name+", "+who, func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				b.started()
				b.write(b.authority())
				b.round()
				b.inject()
				secret := key.DeepCopy()
				if err := b.cluster.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
					t.Fatal(err)
				}
				if err := lose(t.Context(), b.cluster, secret); err != nil {
					t.Fatal(err)
				}
				if who == "one that starts" {
					b.CertManager = b.replica()
				}
				b.round()
				again := key.DeepCopy()
				if err := b.cluster.Get(t.Context(), client.ObjectKeyFromObject(again), again); err != nil {
					t.Fatal(err)
				}
				certs, err := decodeCerts(again.Data[fileCA])
				if err != nil || len(certs) != 2 {
					t.Errorf("%d CAs are published, want both: %v", len(certs), err)
				}
				if again.Annotations["cert-manager.io/allow-direct-injection"] != "true" {
					t.Error("cainjector may not read it")
				}
			})
		}
	}
}

func TestReplicasPublishTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.write(b.authority())
	replicas := make([]*CertManager, 8)
	var group sync.WaitGroup
	for i := range replicas {
		replicas[i] = b.replica()
		group.Go(func() {
			if err := replicas[i].round(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	b.inject()
	b.pass(defaultSettle)
	for _, r := range replicas {
		if err := r.round(t.Context()); err != nil || r.Problem() != nil {
			t.Error(err, r.Problem())
		}
	}
}

func TestMissingAnnotationIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.started()
	b.setBundles(nil)
	b.round()
	err := b.Problem()
	if err == nil || !strings.Contains(err.Error(), "inject-ca-from-secret: "+gateNamespace+"/"+TrustSecretName) || b.Ready() != nil {
		t.Errorf("problem %v, ready %v", err, b.Ready())
	}
}
