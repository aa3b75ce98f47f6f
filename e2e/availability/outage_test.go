package availability

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/world"
)

func TestAGateThatIsDownStopsNothingButJobsAndCronJobsInManagedNamespaces(t *testing.T) {
	r := guard(t)
	managed := newNamespace(t)
	for i := range r.Gates() {
		if err := r.Stop(i); err != nil {
			t.Fatal(err)
		}
	}
	removeWebhooks(t)
	tr := newTrial(t, managed, "kube-system", "kube-public", "batchgate-system")
	remove, err := tr.store(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		removeWebhooks(t)
		if err := remove(context.Background()); err != nil {
			t.Error(err)
		}
	})
	without := tr.run(t.Context())
	created := 0
	for each, answer := range without {
		if each.verb != "create" || strings.Contains(each.resource, "/") {
			continue
		}
		if passed := answer.code == http.StatusCreated || answer.reason == metav1.StatusReasonAlreadyExists; passed {
			created++
		} else if !slices.Contains(neverCreated(), each.resource) {
			t.Errorf("without the gate, %s: %d %s, expected it to be created", each, answer.code, answer.message)
		}
	}

	// The Service is there and the webhooks are registered; nobody answers.
	if err := shared.Register(t.Context(), r.Forwarder().Port(), controlplane.GateOptions{}); err != nil {
		t.Fatal(err)
	}
	down := tr.run(t.Context())
	t.Logf("%d attempts in %d namespaces and the cluster, %d of them creations", len(down), len(tr.namespaces), created)
	stopped := map[attempt]bool{}
	for each, answer := range down {
		if before := without[each]; answer.code != before.code || answer.reason != before.reason {
			stopped[each] = true
			if want := `failed calling webhook "validate.batchgate.dev"`; !strings.Contains(answer.message, want) {
				t.Errorf("%s: %d %s, expected %q or the %d from before", each, answer.code, answer.message, want, before.code)
			}
		}
	}
	want := map[attempt]bool{}
	for _, verb := range []string{"create", "update", "merge", "apply"} {
		for _, resource := range []string{"jobs.v1.batch", "cronjobs.v1.batch"} {
			want[attempt{verb: verb, resource: resource, namespace: managed}] = true
		}
	}
	for each := range stopped {
		if !want[each] {
			t.Errorf("%s is stopped, expected it to go on", each)
		}
	}
	for each := range want {
		if !stopped[each] {
			t.Errorf("%s: %d, expected it to be stopped", each, down[each].code)
		}
	}
	if t.Failed() {
		t.Logf("stopped: %v", slices.Collect(maps.Keys(stopped)))
	}
	removeWebhooks(t) // with nobody there to answer
}

// neverCreated are the resources of which no dry run creates one.
func neverCreated() []string {
	return []string{
		"bindings.v1", // of a Pod to a Node that is there
		"podcertificaterequests.v1.certificates.k8s.io", // by the kubelet of a Pod only
	}
}

func newNamespace(t *testing.T) string {
	t.Helper()
	namespace, err := shared.Client().CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "outage-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, time.Minute, "the namespace has its account", func(ctx context.Context) error {
		_, err := shared.Client().CoreV1().ServiceAccounts(namespace.Name).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
	return namespace.Name
}

// removeWebhooks is the emergency procedure. It returns when the API server calls no webhook any more.
func removeWebhooks(t *testing.T) {
	t.Helper()
	answer := shared.Kubectl(context.Background(), "", "delete", "--ignore-not-found",
		"validatingwebhookconfiguration,mutatingwebhookconfiguration", "batchgate")
	if answer.Code != 0 {
		t.Fatalf("the configurations cannot be deleted: %s", answer.Output)
	}
	const manifest = `{"apiVersion":"batch/v1","kind":"Job","metadata":{"generateName":"free-"},"spec":{"template":{"spec":` +
		`{"restartPolicy":"Never","containers":[{"name":"main","image":"registry.example.com/probe:1.0.0"}]}}}}`
	deadline := time.Now().Add(time.Minute)
	for {
		answer := shared.Kubectl(context.Background(), manifest, "create", "--dry-run=server", "-f", "-")
		if answer.Code == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(fmt.Errorf("a Job is still refused a minute after the configurations were deleted: %s", answer.Output))
		}
	}
}
