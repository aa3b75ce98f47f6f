package engine

import (
	"encoding/json"

	"github.com/batchgate/batchgate/policies/config"
)

// Finding is one thing a rule says is wrong.
type Finding struct {
	Rule     string
	Mode     config.Mode // after maxMode, owners; what it does to this request
	Severity string
	// Field is the real path in the object, as the API server would name it:
	// "spec.jobTemplate.spec.backoffLimit".
	Field string
	// Subject opens the sentence a person reads: the Field, or
	// `container "main":` for what is inside a container.
	Subject string
	// View is the path as the rule named it, containers by name. With Rule, Message
	// and Value it identifies a finding across UPDATEs.
	View    []string
	Message string
	Value   json.RawMessage // optional: the seen value
	Allowed json.RawMessage // optional
	Fix     json.RawMessage // optional: a value that would pass
	// Excepted is set when an exception of the policy covers the finding.
	Excepted *config.Exception
	// Tolerated is set on UPDATE when the stored object has the same finding.
	Tolerated bool
	// said is the message before it was cut, which tells two findings apart.
	said string
	// PolicyError is set when the rule could not be evaluated.
	PolicyError bool
}

// Sentence is the finding as a person reads it, without the rule's name.
func (f Finding) Sentence() string {
	if f.Subject == "" { // a policy error is about no field
		return f.Message
	}
	return OneLine(f.Subject) + " " + f.Message
}

// Effective is what the finding does once exceptions and the ratchet are
// counted: both leave it in the audit trail only.
func (f Finding) Effective() config.Mode {
	if f.Excepted != nil || f.Tolerated {
		return f.Mode.Cap(config.Audit)
	}
	return f.Mode
}

// Change is one field that the rules fill in.
type Change struct {
	Rule  string
	Field string          // real path
	View  []string        // path as the rule named it
	From  json.RawMessage // nil where the field was absent
	To    json.RawMessage
}

// Problem is a failure of the policy itself: two rules that want different
// values, a rule that errs. It never stops a fill of another rule.
type Problem struct {
	Rules   []string
	Field   string // real path, empty when the whole rule erred
	Message string
}
