package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/batchgate/batchgate/certs"
)

// The values of --certs.
const (
	certsSelfSigned  = "self-signed"
	certsCertManager = "cert-manager"
	certsDir         = "dir:"
)

// certManagerDir is where the manifests mount the Secret of cert-manager's
// Certificate.
const certManagerDir = "/etc/batchgate/certs"

// cluster is how to reach the API server, nil outside a cluster.
func (o serveOptions) cluster() (*rest.Config, error) {
	if o.kubeconfig != "" {
		config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
		if err != nil {
			return nil, fmt.Errorf("--kubeconfig %s: %w", o.kubeconfig, err)
		}
		return config, nil
	}
	config, err := rest.InClusterConfig()
	if errors.Is(err, rest.ErrNotInCluster) {
		return nil, nil
	}
	return config, err
}

func (o serveOptions) certificates(cluster *rest.Config, notice func(reason, text string), log *slog.Logger) (certs.Source, error) {
	options := certs.Options{Config: cluster, Service: o.service, Namespace: o.namespace, Log: log, Notice: notice}
	switch dir, isDir := strings.CutPrefix(o.certs, certsDir); {
	case isDir && dir != "":
		return certs.NewFiles(dir, options)
	case o.certs == certsCertManager:
		return certs.NewCertManager(options, o.certSecret, certManagerDir)
	case o.certs != certsSelfSigned:
		return nil, fmt.Errorf("--certs %q: expected %s, %s or %sPATH", o.certs, certsSelfSigned, certsCertManager, certsDir)
	case cluster == nil:
		return certs.NewMemory(append(certs.LocalNames(), certs.ServiceNames(o.service, o.namespace)...))
	}
	return certs.NewSelfSigned(options)
}
