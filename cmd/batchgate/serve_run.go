package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/policies/live"
	"github.com/batchgate/batchgate/webhook"
)

// run serves until ctx ends and what is in flight has been answered.
func (o serveOptions) run(ctx context.Context, log *slog.Logger) error {
	metrics := webhook.NewMetrics()
	metrics.Build(ownVersion())
	cluster, err := o.cluster()
	if err != nil {
		return err
	}
	tell, err := o.recorder(cluster, metrics, log)
	if err != nil {
		return err
	}
	elsewhere, err := trials()
	if err != nil {
		return err
	}
	var before live.Result
	policy, err := live.New(live.Options{
		Spec: o.policy,
		Try:  elsewhere.Try,
		Loaded: func(a live.Attempt) {
			loaded(log, metrics, a)
			tell.loaded(a, before)
			before = a.Result
		},
		Advise: func(text string) { log.Warn("the policy contradicts itself", "advice", text) },
	})
	if err != nil {
		return err
	}
	metrics.Policy(policy.Identity)
	cert, err := o.certificates(cluster, tell.certificate, log)
	if err != nil {
		return err
	}
	metrics.Certificate("leaf", func() time.Time { return cert.Expiry().LeafSince }, func() time.Time { return cert.Expiry().Leaf })
	metrics.Certificate("ca", func() time.Time { return cert.Expiry().CASince }, func() time.Time { return cert.Expiry().CA })
	metrics.CertificateState(cert.Problem, cert.Skew)
	options := webhook.Options{Judge: policy, EvalTimeout: o.evalTimeout, Metrics: metrics, Log: log}
	ready := checks{policy.Ready, cert.Ready}
	runs := []func(context.Context) error{policy.Run, cert.Run}
	if cluster != nil {
		runs = append(runs, func(ctx context.Context) error { return tell.run(ctx, policy.Last) })
		if o.events {
			options.Listener = tell
		}
		namespaces, err := webhook.NewClusterNamespaces(cluster)
		if err != nil {
			return err
		}
		options.Namespaces = namespaces
		ready = append(ready, namespaces.Ready)
		runs = append(runs, namespaces.Run)
	}
	clients, err := o.clientAuth(metrics, log, cert)
	if err != nil {
		return err
	}
	if clients != nil {
		metrics.Certificate("client-ca", clients.Since, clients.Expiry)
		ready = append(ready, clients.Ready)
		runs = append(runs, clients.Run)
	}
	reviews := webhook.NewHandler(options)
	server := webhook.NewServer(webhook.ServerOptions{
		Handler:        reviews,
		GetCertificate: cert.GetCertificate,
		ClientAuth:     clients,
		Drain:          o.drain,
		Metrics:        metrics,
		Log:            log,
	})
	ready = append(ready, server.Ready, reviews.Ready)
	metrics.Ready(ready.missing)
	listen, err := o.listen()
	if err != nil {
		return err
	}
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
	group.Go(func() error {
		return serveHTTP(background, listen.health, health(ready, reviews.Alive, policy.Identity, cert.CABundle))
	})
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

// clientAuth is who may call, nil where that is everybody.
func (o serveOptions) clientAuth(metrics *webhook.Metrics, log *slog.Logger, cert certs.Source) (*webhook.ClientAuth, error) {
	if o.clientCA == "" {
		return nil, nil
	}
	clients, err := webhook.NewClientAuth(webhook.ClientAuthOptions{File: o.clientCA, Names: o.clientNames, Metrics: metrics, Log: log,
		// The API server's time: by a local clock that is wrong its certificate would be, too.
		Now: func() time.Time { return time.Now().Add(-cert.Skew()) },
	})
	if err != nil {
		return nil, fmt.Errorf("--client-ca, --client-names: %w", err)
	}
	return clients, nil
}

// loaded says in log and metrics what became of an attempt to load the policy.
func loaded(log *slog.Logger, metrics *webhook.Metrics, a live.Attempt) {
	metrics.PolicyLoad(string(a.Result), a.At)
	metrics.Enforced(a.Enforced)
	switch a.Result {
	case live.Failed:
		in := "none"
		if a.Identity.Digest != "" {
			in = a.Identity.String()
		}
		log.Error("the policy does not load", "error", a.Err.Error(), "in force", in)
	case live.Loaded:
		log.Info("policy", "name", a.Identity.Name, "digest", a.Identity.Digest, "took", a.Took.Round(time.Millisecond).String())
	case live.Unchanged:
		log.Info("the files of the policy changed, what they say did not", "policy", a.Identity.String())
	}
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
