package main

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// clusterOptions say how to reach an API server.
type clusterOptions struct {
	kubeconfig, context string
	timeout             time.Duration
}

// config is the API server that kubectl would ask, or the one of the Pod that this
// runs in.
func (o clusterOptions) config() (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = o.kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: o.context}).ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, errors.New("there is no kubeconfig, and this is not a Pod; expected --kubeconfig, $KUBECONFIG or ~/.kube/config")
	}
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	config.Timeout = o.timeout
	config.QPS, config.Burst = 50, 100 // one examination, not a controller
	return config, nil
}
