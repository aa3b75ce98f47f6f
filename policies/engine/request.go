package engine

import "time"

// Operation is the verb of a review.
type Operation string

// The operations the gate is registered for.
const (
	Create Operation = "CREATE"
	Update Operation = "UPDATE"
)

// Request is one Job or CronJob to be judged, as the API server sends it:
// defaults applied, evidence of the client still in place.
type Request struct {
	Operation Operation
	Kind      string // "Job" or "CronJob", batch/v1
	Namespace Namespace
	User      User
	DryRun    bool
	Now       time.Time // only the expiry of exceptions depends on it
	Object    []byte    // JSON; never modified
	OldObject []byte    // JSON, on UPDATE
}

// Namespace is what is known of the request's namespace.
type Namespace struct {
	Name        string
	Labels      map[string]string
	Annotations map[string]string
	// LimitRanges are the limits of all LimitRange objects of the namespace.
	LimitRanges []LimitRange
	// ResourceQuotas are all of the namespace, by name.
	ResourceQuotas []ResourceQuota
	// LabelsKnown, LimitsKnown and QuotasKnown are false where nobody could tell
	// (an offline check): rules that need them are reported as not judged.
	LabelsKnown bool
	LimitsKnown bool
	QuotasKnown bool
}

// LimitRange is one item of a LimitRange's spec.limits. Quantities are
// strings in Kubernetes' canonical form, by resource name.
type LimitRange struct {
	Type                 string // "Container" or "Pod"
	Min                  map[string]string
	Max                  map[string]string
	Default              map[string]string
	DefaultRequest       map[string]string
	MaxLimitRequestRatio map[string]string
}

// ResourceQuota is what a namespace may use, and uses. Quantities are strings
// in Kubernetes' form, by resource name ("requests.cpu", "count/jobs.batch").
type ResourceQuota struct {
	Name   string
	Hard   map[string]string
	Used   map[string]string // what is missing is 0
	Scopes []string          // which Pods count; none: all
}

// User is who sent the request.
type User struct {
	Name   string
	Groups []string
}
