package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"

	"github.com/batchgate/batchgate/policies/live"
	"github.com/batchgate/batchgate/webhook"
	"github.com/batchgate/batchgate/webhook/events"
)

// told writes Events about the gate itself, and with --events about CronJobs. The
// zero value has nobody to tell.
type told struct{ *events.Recorder }

// recorder makes one where there is a cluster to tell.
func (o serveOptions) recorder(cluster *rest.Config, metrics *webhook.Metrics, log *slog.Logger) (told, error) {
	if cluster == nil {
		return told{}, nil
	}
	client, err := typedcorev1.NewForConfig(cluster)
	if err != nil {
		return told{}, fmt.Errorf("events: %w", err)
	}
	host, _ := os.Hostname() // without one all replicas tell the same, once
	recorder, err := events.New(events.Options{
		Client:   client,
		Self:     corev1.ObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Namespace: o.namespace, Name: o.service},
		Instance: cmp.Or(os.Getenv("POD_NAME"), host),
		Count:    func(r events.Result) { metrics.Event(string(r)) },
		Log:      log,
	})
	return told{recorder}, err
}

// certificate tells what the certificates have to say, as certs.Options.Notice.
func (t told) certificate(reason, text string) {
	if t.Recorder != nil {
		t.Warning(reason, text)
	}
}

// loaded tells of a policy that does not load, and of the one after it that does.
func (t told) loaded(a live.Attempt, before live.Result) {
	switch {
	case t.Recorder == nil:
	case a.Result == live.Failed:
		t.Warning("PolicyNotLoaded", "the policy does not load, what was in force stays: "+a.Err.Error())
	case before == live.Failed:
		t.Normal("PolicyLoaded", "the policy loads again: "+a.Identity.String())
	}
}

// standing is how often what is still wrong is told again. The recorder writes the same
// thing once in an hour, and the API server keeps it for one.
const standing = 5 * time.Minute

// run writes what is told until ctx ends, and tells again of a policy that still does not load.
func (t told) run(ctx context.Context, last func() live.Attempt) error {
	tick := time.NewTicker(standing)
	defer tick.Stop()
	ended := make(chan error, 1)
	go func() { ended <- t.Run(ctx) }()
	for {
		select {
		case err := <-ended:
			return err
		case <-tick.C:
			if a := last(); a.Result == live.Failed {
				t.loaded(a, a.Result)
			}
		}
	}
}
