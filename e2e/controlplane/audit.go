package controlplane

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

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
