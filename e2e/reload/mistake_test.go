package reload

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

const (
	gateNamespace = "batchgate-system"
	mistake       = "  backof-limit: {mode: warn}\n"
	place         = "/policy.yaml:9:3: "
)

// TestAMistakeIsToldWhereOperatorsLook puts a policy with a mistake into the mount, and then one without.
func TestAMistakeIsToldWhereOperatorsLook(t *testing.T) {
	volume, replicas := guard(t)
	before := identities(t, replicas)
	wrong := policy(2).files()
	wrong["policy.yaml"] = append(wrong["policy.yaml"], mistake...)
	if err := volume.Put(wrong); err != nil {
		t.Fatal(err)
	}
	told(t, "PolicyNotLoaded", place)
	for i, gate := range replicas.Gates() {
		world.Eventually(t, time.Minute, fmt.Sprintf("replica %d: the metrics and the log tell it", i), func(ctx context.Context) error {
			success, err := gate.Metric(ctx, "batchgate_policy_last_load_success")
			if err != nil || success != 0 {
				return fmt.Errorf("batchgate_policy_last_load_success is %v, expected 0 (%w)", success, err)
			}
			if log := gate.Log(); !strings.Contains(log, place) || !strings.Contains(log, `did you mean \"backoff-limit\"?`) {
				return errors.New("the log does not name the place and the nearest name")
			}
			return gate.Ready(ctx) // what was in force still is
		})
	}
	if now := identities(t, replicas); now != before {
		t.Errorf("in force is %q, expected %q to stay", now, before)
	}
	if err := volume.Put(policy(2).files()); err != nil {
		t.Fatal(err)
	}
	told(t, "PolicyLoaded", "policy-b@")
	for i, gate := range replicas.Gates() {
		world.Eventually(t, time.Minute, fmt.Sprintf("replica %d: the policy is in force", i), func(ctx context.Context) error {
			success, err := gate.Metric(ctx, "batchgate_policy_last_load_success")
			if err != nil || success != 1 {
				return fmt.Errorf("batchgate_policy_last_load_success is %v, expected 1 (%w)", success, err)
			}
			name, err := gate.MetricLabel(ctx, "batchgate_policy_info", "name")
			if err != nil || name != "policy-b" {
				return fmt.Errorf("%s is in force, expected policy-b (%w)", name, err)
			}
			return nil
		})
	}
}

// identities are the digests of the policies in force.
func identities(t *testing.T, replicas *traffic.Replicas) (both [2]string) {
	t.Helper()
	for i, gate := range replicas.Gates() {
		digest, err := gate.MetricLabel(t.Context(), "batchgate_policy_info", "digest")
		if err != nil {
			t.Fatal(err)
		}
		both[i] = digest
	}
	return both
}

// told waits for an Event on the Deployment of the gate.
func told(t *testing.T, reason, text string) {
	t.Helper()
	world.Eventually(t, time.Minute, "an Event "+reason, func(ctx context.Context) error {
		events, err := shared.Client().CoreV1().Events(gateNamespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=" + reason})
		if err != nil {
			return err
		}
		for _, event := range events.Items {
			on := event.InvolvedObject
			if on.Kind == "Deployment" && on.Name == "batchgate" && strings.Contains(event.Message, text) {
				return nil
			}
		}
		return fmt.Errorf("%d such Events, none of them on the Deployment with %q", len(events.Items), text)
	})
}
