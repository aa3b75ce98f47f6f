package certs

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// secretWatch is one Secret as the API server has it.
type secretWatch struct {
	changed chan struct{} // receives after every change
	get     func() (*corev1.Secret, error)
	run     func(context.Context)
}

func newSecretWatch(config *rest.Config, namespace, name string) (*secretWatch, error) {
	client, err := corev1client.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("API server: %w", err)
	}
	w := &secretWatch{changed: make(chan struct{}, 1)}
	poke := func() {
		select {
		case w.changed <- struct{}{}:
		default: // it has been told already
		}
	}
	// The right to watch is for this one name, so that name must be asked for.
	one := fields.OneTermEqualSelector("metadata.name", name)
	store, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: cache.NewListWatchFromClient(client.RESTClient(), "secrets", namespace, one),
		ObjectType:    &corev1.Secret{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { poke() },
			UpdateFunc: func(any, any) { poke() },
			DeleteFunc: func(any) { poke() },
		},
	})
	w.run = controller.RunWithContext
	w.get = func() (*corev1.Secret, error) {
		for _, item := range store.List() {
			if secret, ok := item.(*corev1.Secret); ok {
				return secret, nil
			}
		}
		if !controller.HasSynced() {
			return nil, errors.New("it could not be read yet")
		}
		return nil, errors.New("it does not exist, expected cert-manager to make it from a Certificate")
	}
	return w, nil
}
