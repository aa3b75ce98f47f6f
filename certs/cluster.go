package certs

import (
	"context"
	"errors"
	"fmt"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// tick is how often everything is looked at: short enough to mend within
	// seconds what somebody has lost, and cheaper than a lease.
	tick      = 2 * time.Second
	hurry     = time.Second     // the same while something is wrong
	callLimit = 5 * time.Second // of one round with the API server
	attempts  = 5               // to agree with other replicas in one round
)

// newClient makes a client for the three kinds that this package touches. It
// knows their resources, so nothing needs to be discovered.
func newClient(config *rest.Config) (client.Client, error) {
	if config == nil {
		return nil, errors.New("certificates: there is no API server, expected one for certificates that it must trust")
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), admissionv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Secret"), meta.RESTScopeNamespace)
	mapper.Add(admissionv1.SchemeGroupVersion.WithKind("MutatingWebhookConfiguration"), meta.RESTScopeRoot)
	mapper.Add(admissionv1.SchemeGroupVersion.WithKind("ValidatingWebhookConfiguration"), meta.RESTScopeRoot)
	c, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		return nil, fmt.Errorf("API server: %w", err)
	}
	return c, nil
}

// repeat runs rounds until ctx ends: at every tick, and when poked.
func repeat(ctx context.Context, poke <-chan struct{}, round func(context.Context) error) {
	for {
		wait := tick
		limited, cancel := context.WithTimeout(ctx, callLimit)
		if err := round(limited); err != nil {
			wait = hurry
		}
		cancel()
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-poke:
			timer.Stop()
		}
	}
}

func newSecret(namespace, name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace,
		Name:      name,
		Labels:    map[string]string{"app.kubernetes.io/name": "batchgate", "app.kubernetes.io/managed-by": "batchgate"},
	}}
}
