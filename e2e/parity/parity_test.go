package parity

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

const (
	workers = 4
	shown   = 5 // differences that are shown whole
)

// TestParity sends every case to a cluster with the gate and asks the dry run about it, and they must answer the same.
func TestParity(t *testing.T) {
	cases := generated(t)
	if shared.only < 0 {
		cases = append(cases, regressions()...)
	}
	seen := &tally{total: len(cases), counts: map[string]int{}, out: progress()}
	for _, policy := range policies() {
		var batch []Case
		for _, cs := range cases {
			if cs.Policy == policy {
				batch = append(batch, cs)
			}
		}
		if len(batch) > 0 {
			against(t, policy, batch, seen.add)
		}
	}
	for i, o := range seen.different {
		if i == shown {
			t.Errorf("%d more differences", len(seen.different)-shown)
			break
		}
		t.Error(o.report())
	}
	t.Log(seen.summary())
	if shared.only < 0 && shared.n >= 1000 {
		seen.enough(t)
	}
}

func generated(t *testing.T) []Case {
	t.Helper()
	manifests, err := realManifests(shared.root)
	if err != nil {
		t.Fatal(err)
	}
	first, end := 0, shared.n
	if shared.only >= 0 {
		first, end = shared.only, shared.only+1
	}
	var cases []Case
	for i := first; i < end; i++ {
		cs, err := Generate(shared.seed, i, manifests)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, cs)
	}
	return cases
}

// unregister makes the API server ask nobody, for those tests that have no gate.
func unregister(ctx context.Context) error {
	registered := shared.Client().AdmissionregistrationV1()
	return errors.Join(
		registered.MutatingWebhookConfigurations().Delete(ctx, "batchgate", metav1.DeleteOptions{}),
		registered.ValidatingWebhookConfigurations().Delete(ctx, "batchgate", metav1.DeleteOptions{}),
	)
}

// against runs the cases of one policy.
func against(t *testing.T, policy string, cases []Case, seen func([]outcome)) {
	t.Helper()
	gate, err := shared.InstallGate(t.Context(), controlplane.GateOptions{
		Policy: shared.policies[policy], Binary: shared.Binary, Args: []string{"--drain=0s"},
		MutatingFailurePolicy: "Fail", // a gate that does not answer is no answer
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := gate.Stop(); err != nil {
			t.Error(err)
		}
		if err := unregister(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	both := trial{}
	if both.cluster, err = newCluster(shared.RESTConfig(), shared.audit); err != nil {
		t.Fatal(err)
	}
	defer both.cluster.client.CloseIdleConnections()
	namespaces, err := surroundings(t.Context(), shared.Client())
	if err != nil {
		t.Fatal(err)
	}
	if both.offline, err = newOffline(shared.policies[policy], namespaces, time.Now()); err != nil {
		t.Fatal(err)
	}
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(workers)
	for _, cs := range cases {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			outcomes, err := both.run(ctx, cs)
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", cs, err, cs.Manifest)
			}
			seen(outcomes)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}
