package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
	"github.com/batchgate/batchgate/webhook"
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
	bind        string
	healthBind  string
	metricsBind string
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
	f.StringVar(&o.bind, "bind", ":9443", "address of the webhook")
	f.StringVar(&o.healthBind, "health-bind", ":8081", "address of /healthz and /readyz")
	f.StringVar(&o.metricsBind, "metrics-bind", ":8080", "address of /metrics; empty for none")
	f.StringVar(&o.kubeconfig, "kubeconfig", "", "kubeconfig file (default: the cluster this runs in)")
	f.StringVar(&o.namespace, "namespace", "batchgate-system", "namespace of the gate's Service and Secret")
	f.StringVar(&o.service, "service", "batchgate", "name of the gate's Service")
	f.DurationVar(&o.drain, "drain", webhook.DefaultDrain, "how long to keep answering after SIGTERM")
	f.DurationVar(&o.evalTimeout, "eval-timeout", webhook.DefaultEvalTimeout, "the longest one review may be judged")
	return cmd
}

// run serves until ctx ends and what is in flight has been answered.
func (o serveOptions) run(ctx context.Context, log *slog.Logger) error {
	judge, err := o.load(ctx, log)
	if err != nil {
		return err
	}
	cluster, err := o.cluster()
	if err != nil {
		return err
	}
	cert, err := o.certificates(cluster, log)
	if err != nil {
		return err
	}
	metrics := webhook.NewMetrics()
	metrics.Policy(judge.Identity())
	metrics.Certificate("leaf", func() time.Time { return cert.Expiry().Leaf })
	metrics.Certificate("ca", func() time.Time { return cert.Expiry().CA })
	options := webhook.Options{Judge: judge, EvalTimeout: o.evalTimeout, Metrics: metrics, Log: log}
	ready := checks{cert.Ready}
	runs := []func(context.Context) error{cert.Run}
	if cluster != nil {
		namespaces, err := webhook.NewClusterNamespaces(cluster)
		if err != nil {
			return err
		}
		options.Namespaces = namespaces
		ready = append(ready, namespaces.Ready)
		runs = append(runs, namespaces.Run)
	}
	server := webhook.NewServer(webhook.ServerOptions{
		Handler:        webhook.NewHandler(options),
		GetCertificate: cert.GetCertificate,
		Drain:          o.drain,
		Log:            log,
	})
	ready = append(ready, server.Ready)
	listen, err := o.listen()
	if err != nil {
		return err
	}
	log.Info("policy", "name", judge.Identity().Name, "digest", judge.Identity().Digest)
	log.Info("serving", "webhook", listen.webhook.Addr().String(), "health", listen.health.Addr().String(), "metrics", listen.metricsAddr())
	if cluster == nil {
		log.Warn("no cluster: namespaces are unknown, and nobody is told of the CA", "ca", "http://"+listen.health.Addr().String()+"/ca.crt")
	}

	// What the server needs ends after it, not with the signal: it drains.
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	group, background := errgroup.WithContext(background)
	for _, run := range runs {
		group.Go(func() error { return run(background) })
	}
	group.Go(func() error { return serveHTTP(background, listen.health, health(ready, cert.CABundle)) })
	if listen.metrics != nil {
		group.Go(func() error { return serveHTTP(background, listen.metrics, exposition(metrics)) })
	}
	group.Go(func() error {
		defer end()
		until, stop := context.WithCancel(ctx)
		defer stop()
		context.AfterFunc(background, stop) // something else has failed
		return server.Serve(until, listen.webhook)
	})
	err = group.Wait()
	log.Info("stopped")
	return err
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

// load makes the engine of the policy that was asked for.
func (o serveOptions) load(ctx context.Context, log *slog.Logger) (*engine.Engine, error) {
	set, err := source.Load(o.policy)
	if err != nil {
		return nil, err
	}
	return tried(ctx, set, func(text string) { log.Warn("the policy contradicts itself", "advice", text) })
}

type listeners struct{ webhook, health, metrics net.Listener }

func (l listeners) metricsAddr() string {
	if l.metrics == nil {
		return ""
	}
	return l.metrics.Addr().String()
}

// listen opens every address, or none.
func (o serveOptions) listen() (l listeners, err error) {
	for _, part := range []struct {
		flag, addr string
		into       *net.Listener
	}{{"bind", o.bind, &l.webhook}, {"health-bind", o.healthBind, &l.health}, {"metrics-bind", o.metricsBind, &l.metrics}} {
		if part.addr == "" && part.flag == "metrics-bind" {
			continue
		}
		opened, err := net.Listen("tcp", part.addr)
		if err != nil {
			return listeners{}, errors.Join(fmt.Errorf("--%s: %w", part.flag, err), l.close())
		}
		*part.into = opened
	}
	return l, nil
}

func (l listeners) close() error {
	var errs []error
	for _, one := range []net.Listener{l.webhook, l.health, l.metrics} {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}
