package availability

import (
	"slices"
	"testing"
	"time"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

const gateUser = "system:serviceaccount:batchgate-system:batchgate"

// writesOfTheGate are the requests by which the gate changed something, or tried to, from a time on.
func writesOfTheGate(t *testing.T, from time.Time) []string {
	t.Helper()
	var writes []string
	_, err := shared.AuditEvents(func(event *auditv1.Event) bool {
		changes := slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, event.Verb)
		if event.User.Username == gateUser && changes && !event.RequestReceivedTimestamp.Time.Before(from) {
			writes = append(writes, event.Verb+" "+event.RequestURI)
		}
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
	return writes
}

func TestDryRunsMakeTheGateWriteNothing(t *testing.T) {
	guard(t)
	if len(writesOfTheGate(t, time.Time{})) == 0 {
		t.Error("the gate never wrote anything, expected its caBundle at the first start: the audit log does not show its writes")
	}
	l := shared.Load(t, rate)
	sent := time.Now()
	if err := l.WaitFor(t.Context(), pick(1000, 10_000)); err != nil {
		t.Error(err)
	}
	if err := stopped(t, l).Clean(); err != nil {
		t.Error(err)
	}
	if writes := writesOfTheGate(t, sent); len(writes) > 0 {
		t.Errorf("the gate wrote during dry runs: %q", writes)
	}
}
