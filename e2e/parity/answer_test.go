package parity

// Answer is what a user notices of a review, offline or in the cluster.
type Answer struct {
	Verdict  Verdict
	Message  string // of a refusal by the policy
	Causes   []Cause
	Crashed  bool // the API server did, and says no more
	Nameless bool // refused by an API server that did not come to naming fields
	Warnings []string
	Audit    map[string]string // as the API server names the annotations
	Object   map[string]any    // as stored; only where admitted
}

// Verdict is who decided what.
type Verdict string

// The verdicts. What kubectl cannot read is never sent.
const (
	Allowed             Verdict = "allowed"
	RefusedByPolicy     Verdict = "refused by policy"
	RefusedByKubernetes Verdict = "refused by Kubernetes"
)

// Cause is one reason of a refusal. Of a refusal by Kubernetes only the field
// is kept, and the causes are sorted.
type Cause struct{ Type, Field, Message string }
