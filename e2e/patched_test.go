package e2e

import (
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// wasNotPatched asks the API server's record whether the gate changed anything that the user sent.
func (u *user) wasNotPatched(resource string) {
	u.t.Helper()
	events, err := shared.AuditEvents(func(event *auditv1.Event) bool {
		ref := event.ObjectRef
		return ref != nil && ref.Resource == resource && ref.Namespace == u.namespace && event.Verb != "delete"
	})
	if err != nil {
		u.t.Fatal(err)
	}
	if len(events) == 0 {
		u.t.Fatalf("no audit event of %s in %s", resource, u.namespace)
	}
	for _, event := range events {
		operations, err := controlplane.Patched(event)
		if err != nil {
			u.t.Fatal(err)
		}
		for _, operation := range operations {
			u.t.Errorf("%s of %s: the gate did %s %s %s, expected nothing", event.Verb, resource, operation.Op, operation.Path,
				operation.Value)
		}
	}
}
