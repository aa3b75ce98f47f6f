package certs

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

const gateNamespace = "batchgate-system"

func cluster(t *testing.T, funcs interceptor.Funcs) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), admissionv1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	name := metav1.ObjectMeta{Name: ConfigurationName}
	return fake.NewClientBuilder().WithScheme(scheme).WithInterceptorFuncs(funcs).WithObjects(
		&admissionv1.MutatingWebhookConfiguration{ObjectMeta: name, Webhooks: []admissionv1.MutatingWebhook{{Name: "mutate.batchgate.dev"}, {Name: "second.batchgate.dev"}}},
		&admissionv1.ValidatingWebhookConfiguration{ObjectMeta: name, Webhooks: []admissionv1.ValidatingWebhook{{Name: "validate.batchgate.dev"}}},
	).Build()
}

func replica(c client.Client) *SelfSigned {
	return newSelfSigned(Options{Service: "batchgate", Namespace: gateNamespace}, c)
}

// injected are the caBundles of all webhooks.
func injected(t *testing.T, c client.Client) [][]byte {
	t.Helper()
	mutating, validating := &admissionv1.MutatingWebhookConfiguration{}, &admissionv1.ValidatingWebhookConfiguration{}
	key := client.ObjectKey{Name: ConfigurationName}
	if err := errors.Join(c.Get(t.Context(), key, mutating), c.Get(t.Context(), key, validating)); err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for _, w := range mutating.Webhooks {
		out = append(out, w.ClientConfig.CABundle)
	}
	for _, w := range validating.Webhooks {
		out = append(out, w.ClientConfig.CABundle)
	}
	return out
}

func trustedEverywhere(t *testing.T, c client.Client, replicas ...*SelfSigned) {
	t.Helper()
	for _, bundle := range injected(t, c) {
		for _, r := range replicas {
			if err := verifies(t, r.serving, bundle, r.now()); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestReplicasThatStartTogetherAgree(t *testing.T) {
	t.Parallel()
	c := cluster(t, interceptor.Funcs{})
	replicas := make([]*SelfSigned, 8)
	var group sync.WaitGroup
	for i := range replicas {
		replicas[i] = replica(c)
		group.Go(func() {
			for range 10 {
				if replicas[i].round(t.Context()) == nil {
					return
				}
			}
			t.Error("no agreement in ten rounds")
		})
	}
	group.Wait()
	trustedEverywhere(t, c, replicas...)
	for _, r := range replicas {
		if !bytes.Equal(r.CABundle(), replicas[0].CABundle()) {
			t.Error("two replicas trust differently")
		}
	}
}

func TestWhatSomebodyLosesIsMended(t *testing.T) {
	t.Parallel()
	secret := func() *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gateNamespace, Name: SecretName}}
	}
	tests := map[string]func(ctx context.Context, c client.Client) error{
		"the caBundle is cleared": func(ctx context.Context, c client.Client) error {
			config := &admissionv1.ValidatingWebhookConfiguration{}
			if err := c.Get(ctx, client.ObjectKey{Name: ConfigurationName}, config); err != nil {
				return err
			}
			config.Webhooks[0].ClientConfig.CABundle = nil
			return c.Update(ctx, config)
		},
		"the Secret is deleted": func(ctx context.Context, c client.Client) error { return c.Delete(ctx, secret()) },
		"the Secret is emptied": func(ctx context.Context, c client.Client) error {
			s := secret()
			if err := c.Get(ctx, client.ObjectKeyFromObject(s), s); err != nil {
				return err
			}
			s.Data = nil
			return c.Update(ctx, s)
		},
		"the key is another one": func(ctx context.Context, c client.Client) error {
			s := secret()
			if err := c.Get(ctx, client.ObjectKeyFromObject(s), s); err != nil {
				return err
			}
			other, err := newTrust(start)
			if err != nil {
				return err
			}
			data, err := other.encode()
			s.Data[keySignerKey] = data[keySignerKey]
			return errors.Join(err, c.Update(ctx, s))
		},
	}
	for name, lose := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := cluster(t, interceptor.Funcs{})
			r := replica(c)
			if err := r.round(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := r.CABundle()
			if err := lose(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if err := r.round(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(before, r.CABundle()) {
				t.Error("a new CA, although the old one was still known")
			}
			second := replica(c)
			if err := second.round(t.Context()); err != nil {
				t.Fatal(err)
			}
			trustedEverywhere(t, c, r, second)
		})
	}
}

// whileAway answers no read while away is true.
func whileAway(away *bool) interceptor.Funcs {
	return interceptor.Funcs{Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
		if *away {
			return errAway
		}
		return c.Get(ctx, key, obj, opts...)
	}}
}

func TestAwayAPIServerStopsNothing(t *testing.T) {
	t.Parallel()
	away := false
	c := cluster(t, whileAway(&away))
	r := replica(c)
	if err := r.round(t.Context()); err != nil {
		t.Fatal(err)
	}
	away = true
	first := r.Expiry().Leaf
	if err := r.round(t.Context()); err == nil {
		t.Error("the trouble is not told")
	}
	if r.Ready() != nil || !r.Expiry().Leaf.Equal(first) {
		t.Error("the served certificate changed")
	}
	later := r.now().Add(leafLife * 3 / 4)
	r.wall = func() time.Time { return later }
	if err := r.round(t.Context()); err == nil {
		t.Error("the trouble is not told")
	}
	if !r.Expiry().Leaf.After(first) {
		t.Error("the leaf was not renewed while the API server was away")
	}
}

func TestNothingIsWrittenWhereNothingChanged(t *testing.T) {
	t.Parallel()
	writes := 0
	c := cluster(t, interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
			writes++
			return c.Patch(ctx, obj, patch, opts...)
		},
		Update: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.UpdateOption) error {
			writes++
			return c.Update(ctx, obj, opts...)
		},
		Create: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.CreateOption) error {
			writes++
			return c.Create(ctx, obj, opts...)
		},
	})
	r := replica(c)
	for range 3 {
		if err := r.round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if writes != 3 { // one Secret, two configurations
		t.Errorf("%d writes in three rounds, want 3", writes)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := replica(cluster(t, interceptor.Funcs{}))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	for r.Ready() != nil {
		if ctx.Err() != nil {
			t.Fatal("never ready")
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
