package controlplane

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// AuditEvents are the events of the audit log that match, oldest first. The log is written before a request is answered,
// so the events of an answered request are in it.
func (c *ControlPlane) AuditEvents(match func(*auditv1.Event) bool) ([]*auditv1.Event, error) {
	file, err := os.Open(c.AuditLog())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var events []*auditv1.Event
	lines := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err != nil { // the end, or a line that is being written
			return events, nil
		}
		event := &auditv1.Event{}
		if err := json.Unmarshal(line, event); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", c.AuditLog(), number, err)
		}
		if match(event) {
			events = append(events, event)
		}
	}
}

// Named matches the events of one object.
func Named(resource, namespace, name string) func(*auditv1.Event) bool {
	return func(event *auditv1.Event) bool {
		ref := event.ObjectRef
		return ref != nil && ref.Resource == resource && ref.Namespace == namespace && ref.Name == name
	}
}

// PatchOperation is one operation that a mutating webhook asked for and the API server carried out.
type PatchOperation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"` // a JSON pointer into the object
	Value json.RawMessage `json:"value"`
}

// Patched lists what the gate changed about the object of an event, from what the API server recorded, without the
// annotation in which the gate itself keeps account, in the order in which they were made.
func Patched(event *auditv1.Event) ([]PatchOperation, error) {
	var operations []PatchOperation
	for _, key := range slices.Sorted(maps.Keys(event.Annotations)) {
		if !strings.HasPrefix(key, "patch.webhook.admission.k8s.io/") {
			continue
		}
		var record struct {
			Webhook string           `json:"webhook"`
			Patch   []PatchOperation `json:"patch"`
		}
		if err := json.Unmarshal([]byte(event.Annotations[key]), &record); err != nil {
			return nil, fmt.Errorf("audit annotation %s: %w", key, err)
		}
		if record.Webhook != mutateWebhook {
			continue
		}
		for _, operation := range record.Patch {
			if !strings.HasPrefix(operation.Path, "/metadata/annotations") {
				operations = append(operations, operation)
			}
		}
	}
	return operations, nil
}
