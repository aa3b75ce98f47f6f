package batch

// Kind is a kind of API group batch.
type Kind string

// The kinds this package reads.
const (
	Job     Kind = "Job"
	CronJob Kind = "CronJob"
)

// State says whether an author wrote a field.
type State string

// The states of a field. Ambiguous is a field that holds the API server's
// default where nothing shows who wrote it.
const (
	Explicit  State = "explicit"
	Unset     State = "unset"
	Ambiguous State = "ambiguous"
)

// lastApplied is where client-side apply leaves the JSON that was applied.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
