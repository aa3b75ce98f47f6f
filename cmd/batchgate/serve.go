package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/policies/source"
	"github.com/batchgate/batchgate/webhook"
	"github.com/spf13/cobra"
)

// memoryLimit is what the collector aims at where GOMEMLIMIT says nothing: the
// shipped Deployment allows 512 MiB.
const memoryLimit = 450 << 20

// gcPercent lets the few MiB that live grow further than usual before they are
// collected: what a review takes is garbage a moment later. The memory limit
// collects earlier when there is need.
const gcPercent = 400

type serveOptions struct {
	policy      string
	certs       string
	certSecret  string
	bind        string
	healthBind  string
	metricsBind string
	events      bool
	clientCA    string
	clientNames []string
	kubeconfig  string
	namespace   string
	service     string
	drain       time.Duration
	evalTimeout time.Duration
}

func newServe(streams ioStreams) *cobra.Command {
	o := serveOptions{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer the API server: fill in and judge Jobs and CronJobs",
		Long: `Serve the admission webhook at /mutate and /validate.

In a cluster, or with --kubeconfig, it keeps its certificate and the caBundle of
the webhook configurations in order and knows namespaces, their LimitRanges and
their ResourceQuotas.
Without a cluster it makes a certificate for localhost, tells where its CA is to
be had, and knows nothing of namespaces.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.valid(); err != nil {
				return &exitError{code: 2, err: err}
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			// A second signal ends the process at once.
			context.AfterFunc(ctx, stop)
			if os.Getenv("GOMEMLIMIT") == "" {
				debug.SetMemoryLimit(memoryLimit)
			}
			if os.Getenv("GOGC") == "" {
				debug.SetGCPercent(gcPercent)
			}
			if err := o.run(ctx, newLog(streams.Err)); err != nil {
				return &exitError{code: 2, err: err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", source.DefaultPreset, "preset (audit, recommended, strict), policy.yaml, or a directory with one")
	f.StringVar(&o.certs, "certs", certsSelfSigned, "where the certificate comes from: self-signed, cert-manager or dir:PATH")
	f.StringVar(&o.clientCA, "client-ca", "", "PEM file of the CA that callers must have a certificate of (default: no certificate is asked for)")
	f.StringSliceVar(&o.clientNames, "client-names", []string{"kube-apiserver"}, "common or DNS names of which a caller's certificate must have one")
	f.StringVar(&o.bind, "bind", ":9443", "address of the webhook")
	f.StringVar(&o.healthBind, "health-bind", ":8081", "address of /healthz and /readyz")
	f.StringVar(&o.metricsBind, "metrics-bind", ":8080", "address of /metrics; empty for none")
	f.StringVar(&o.certSecret, "cert-secret", certs.ServingSecretName, "Secret of cert-manager's Certificate, in the gate's namespace")
	f.BoolVar(&o.events, "events", false, "write an Event on a CronJob when a Job of its controller breaks a rule")
	f.StringVar(&o.kubeconfig, "kubeconfig", "", "kubeconfig file (default: the cluster this runs in)")
	f.StringVar(&o.namespace, "namespace", "batchgate-system", "namespace of the gate's Service and Secret")
	f.StringVar(&o.service, "service", "batchgate", "name of the gate's Service")
	f.DurationVar(&o.drain, "drain", webhook.DefaultDrain, "how long to keep answering after SIGTERM")
	f.DurationVar(&o.evalTimeout, "eval-timeout", webhook.DefaultEvalTimeout, "the longest one review may be judged")
	completes(cmd)
	return cmd
}

// valid holds the flags to what they can mean.
func (o serveOptions) valid() error {
	errs := []error{named(o.policy)}
	if o.evalTimeout <= 0 {
		errs = append(errs, fmt.Errorf("--eval-timeout %s: expected more than 0", o.evalTimeout))
	}
	if o.drain < 0 {
		errs = append(errs, fmt.Errorf("--drain %s: expected 0 or more", o.drain))
	}
	return errors.Join(errs...)
}

// named refuses an empty --policy: a variable that is not set must not choose
// the default.
func named(policy string) error {
	if policy != "" {
		return nil
	}
	return errors.New("--policy: expected a preset, a policy.yaml, or a directory with one")
}
