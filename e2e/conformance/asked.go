package conformance

import (
	"net/http"
	"slices"
	"strings"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// askedIn counts what the audit log tells of the gate in some namespaces.
func askedIn(c *controlplane.ControlPlane, namespaces []string) (Asked, error) {
	events, err := c.AuditEvents(func(event *auditv1.Event) bool {
		return event.ObjectRef != nil && slices.Contains(namespaces, event.ObjectRef.Namespace)
	})
	if err != nil {
		return Asked{}, err
	}
	var asked Asked
	for _, event := range events {
		if !reviewed(event) {
			continue
		}
		asked.Reviewed++
		patched, err := controlplane.Patched(event)
		if err != nil {
			return Asked{}, err
		}
		if len(patched) > 0 {
			asked.Filled++
		}
		if refused(event) {
			asked.Refused++
		}
	}
	return asked, nil
}

// reviewed tells whether a webhook of the gate answered, which the API server records of those that mutate and the gate
// itself of those that validate.
func reviewed(event *auditv1.Event) bool {
	for key, value := range event.Annotations {
		if strings.HasPrefix(key, "mutation.webhook.admission.k8s.io/") && strings.Contains(value, "batchgate.dev") ||
			strings.Contains(key, "batchgate.dev/") {
			return true
		}
	}
	return refused(event)
}

func refused(event *auditv1.Event) bool {
	status := event.ResponseStatus
	return status != nil && status.Code >= http.StatusBadRequest && strings.Contains(status.Message, "batchgate.dev")
}
