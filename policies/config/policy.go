package config

// Policy is a BatchPolicy whose preset has been merged in and whose every rule
// name and parameter has been checked. It is immutable.
type Policy struct {
	Name              string            // metadata.name
	MaxMode           Mode              // caps every rule
	AmbiguousDefaults AmbiguousDefaults // what an API default without evidence means
	RecordFills       RecordFills       // how a fill stays visible on the object
	ExcludeNamespaces []string          // sorted, exact names
	TrustedOwners     []TrustedOwner
	Rules             map[string]Settings // every rule, nothing missing: preset, then `rules`
	Namespaces        []NamespaceRules    // in file order, at most 64
	Profiles          map[string]Profile
	Exceptions        []Exception

	rules  []string // names of all rules, sorted
	layers []*File  // what it was made of, lowest first
	digest string
}

// AmbiguousDefaults decides what a value means that equals the API default and
// whose author left no evidence.
type AmbiguousDefaults string

// The two readings of an ambiguous default.
const (
	FillAmbiguous  AmbiguousDefaults = "fill"  // nobody wrote it: a gap
	LeaveAmbiguous AmbiguousDefaults = "leave" // somebody may have written it
)

// RecordFills says how what was filled in stays visible besides the audit annotation.
type RecordFills string

// The ways to record fills.
const (
	RecordAnnotation RecordFills = "annotation" // batchgate.dev/filled on the object
	RecordWarning    RecordFills = "warning"    // a warning to the author
	RecordOff        RecordFills = "off"
)

// Settings bind one rule. A nil Mode or Fill, and a parameter that is missing,
// leave what an earlier layer said.
type Settings struct {
	Mode   *Mode
	Fill   *bool
	Params map[string]any // JSON values as encoding/json's UseNumber gives them
}

// NamespaceRules override rules in the namespaces that match.
type NamespaceRules struct {
	Match NamespaceMatch
	Rules map[string]Settings
}

// NamespaceMatch ANDs its keys; list values are ORed; globs know only `*`.
type NamespaceMatch struct {
	Names  []string          // globs
	Labels map[string]string // label value globs
}

// Profile adds rules for objects that carry its label.
type Profile struct{ Rules map[string]Settings }

// TrustedOwner lowers findings to audit when the request's user and the
// controlling owner both match.
type TrustedOwner struct {
	APIGroup string
	Kind     string
	Users    []string // globs
}

// Exception excuses the named objects from the named rules until it expires.
type Exception struct {
	Rules      []string // globs of rule names
	Namespaces []string // globs; empty: every namespace
	Names      []string // globs; empty: every name
	Reason     string
	Owner      string
	Expires    string // YYYY-MM-DD, inclusive, to the end of that day UTC
}

// Binding is one rule as it applies to one request.
type Binding struct {
	Rule   string
	Mode   Mode
	Fill   bool
	Params map[string]any // complete: every parameter of the rule
}
