package report

import "encoding/json"

// Head is what a report is about.
type Head struct {
	Version    string // of batchgate
	Kubernetes string // whose behaviour is predicted
	Policy     Policy
	Rules      []Rule // that the policy knows
	Since      string // the revision with which files were compared; empty: none
	FailOn     FailOn // what makes the check fail
	// Rooted names a file as its repository does, which is where the services look for it
	// that read a report; nil: as it was named.
	Rooted func(string) string
}

// Rule is what is to be known of a rule beside what it finds.
type Rule struct {
	Name, Title string
	Description string // Markdown
	Severity    string
	URL         string // of its page; empty where there is none
}

// Policy names the policy in force.
type Policy struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Verdict is what becomes of an object.
type Verdict string

// The verdicts. Skipped objects are admitted without a look; of those with an
// error nobody knows.
const (
	Allowed Verdict = "allowed"
	Refused Verdict = "refused"
	Failed  Verdict = "error"
	Skipped Verdict = "skipped"
)

// Object is one Job or CronJob, or a document that could not be read. The order
// of its fields is that of the JSON.
type Object struct {
	File       string      `json:"file"`
	Line       int         `json:"line"`
	Document   int         `json:"document"`
	APIVersion string      `json:"apiVersion,omitempty"`
	Kind       string      `json:"kind,omitempty"`
	Namespace  string      `json:"namespace,omitempty"`
	Name       string      `json:"name,omitempty"`
	Verdict    Verdict     `json:"verdict"`
	Skipped    string      `json:"skipped,omitempty"`
	Origin     string      `json:"origin,omitempty"`
	Child      *Object     `json:"child,omitempty"` // the Job that a CronJob makes
	Error      *Error      `json:"error,omitempty"`
	NotJudged  []NotJudged `json:"notJudged"`
	Changes    []Change    `json:"changes"`
	Findings   []Finding   `json:"findings"`

	// Remote says that the origin is a file of another repository.
	Remote bool `json:"-"`
	// Source is the document as it is written, with what is filled in; only where a
	// format shows it.
	Source []SourceLine `json:"-"`
}

// SourceLine is a line of a document.
type SourceLine struct {
	Number int  // in the file; 0 for one that is not there yet
	Mark   byte // ' ', '+' for what would be written, '-' for what that replaces
	Text   string
}

// Error is why a document could not be judged.
type Error struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// NotJudged is a rule that needs what an offline check does not know, or with
// the rule "kubernetes" an object whose validity is judged but for one field.
type NotJudged struct {
	Rule  string `json:"rule"`
	Needs string `json:"needs"`
}

// Change is a field that is filled in.
type Change struct {
	Rule  string          `json:"rule"`
	Field string          `json:"field"`
	From  json.RawMessage `json:"from,omitempty"` // absent where the field was
	To    json.RawMessage `json:"to"`
	// Line and Column are those of the value, or of the nearest parent.
	Line   int `json:"line"`
	Column int `json:"column"`

	// Subject is the field as a person reads it, containers by name.
	Subject string `json:"-"`
}

// Finding is one thing that is wrong, or would be.
type Finding struct {
	Rule     string          `json:"rule,omitempty"`
	Source   string          `json:"source"`
	Mode     string          `json:"mode"`
	Severity string          `json:"severity,omitempty"`
	Field    string          `json:"field,omitempty"`
	Value    json.RawMessage `json:"value,omitempty"`
	Message  string          `json:"message"`
	Fix      json.RawMessage `json:"fix,omitempty"`
	Line     int             `json:"line"`
	Column   int             `json:"column"`
	Excepted *Exception      `json:"excepted,omitempty"`
	Known    bool            `json:"known,omitempty"` // by the baseline, so that it does not count
	Reached  bool            `json:"reached"`
	// Fingerprint tells the finding from all others and stays when lines move.
	Fingerprint string `json:"fingerprint,omitempty"`

	// Named is the field with its container by name, where it is in one: another
	// container before it makes it no other finding.
	Named string `json:"-"`
	// Unplaced is the message without what moves with lines, where it has such.
	Unplaced string `json:"-"`
	// Sentence is the finding as a person reads it.
	Sentence string `json:"-"`
	// Would marks what a rule would fill in if it were let.
	Would bool `json:"-"`
}

// The sources of findings.
const (
	FromPolicy     = "policy"
	FromKubernetes = "kubernetes"
)

// Exception is why a finding does not count.
type Exception struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"`
}

// The modes of findings.
const (
	Enforce = "enforce"
	Warn    = "warn"
	Audit   = "audit"
)

// Does is what the finding does to the object.
func (f Finding) Does() string {
	if f.Excepted != nil {
		return Audit
	}
	return f.Mode
}

// Summary counts objects. Context are Namespaces, LimitRanges and
// ResourceQuotas, which are not judged but count for what is. Skipped are other
// documents that were read and not judged: other kinds, and objects in excluded
// namespaces.
type Summary struct {
	Objects   int `json:"objects"`
	Refused   int `json:"refused"`
	Warned    int `json:"warned"`
	Audited   int `json:"audited"`
	Changed   int `json:"changed"`
	Errors    int `json:"errors"`
	NotJudged int `json:"notJudged"`
	Context   int `json:"context"`
	Skipped   int `json:"skipped"`
	Known     int `json:"known,omitempty"`     // findings that the baseline knows
	Unchanged int `json:"unchanged,omitempty"` // files that were passed over as such
	Others    int `json:"others,omitempty"`    // that were not read, since they can be no Jobs

	// NewRefused and NewWarned are objects with something that the baseline does not
	// know; without one, all.
	NewRefused int `json:"newRefused"`
	NewWarned  int `json:"newWarned"`

	missing map[NotJudged]int // objects for which something was not judged
}

// mostMissing bounds the reasons that a summary names.
const mostMissing = 20

// Add counts an object. What a CronJob's Job meets counts for the CronJob.
func (s *Summary) Add(o *Object) {
	switch o.Verdict {
	case Failed:
		s.Errors++
		return
	case Skipped:
		s.Skipped++
		return
	case Refused:
		s.Refused++
	}
	s.Objects++
	s.Warned += one(o.any(Warn))
	s.NewRefused += one(o.newlyRefused())
	s.NewWarned += one(o.anyNew(Warn))
	o.each(func(_ *Object, _ string, f Finding) { s.Known += one(f.Known) })
	s.Audited += one(o.any(Audit))
	s.Changed += one(o.filledIn())
	s.NotJudged += one(len(o.NotJudged) > 0)
	for _, n := range o.NotJudged {
		if s.missing == nil {
			s.missing = map[NotJudged]int{}
		}
		if _, known := s.missing[n]; known || len(s.missing) < mostMissing {
			s.missing[n]++
		}
	}
}

// any tells whether something is found that does this.
func (o *Object) any(mode string) bool {
	for _, f := range o.Findings {
		if f.Does() == mode {
			return true
		}
	}
	return o.Child != nil && o.Child.any(mode)
}

// anyNew is any without what the baseline knows.
func (o *Object) anyNew(mode string) (found bool) {
	o.each(func(_ *Object, _ string, f Finding) { found = found || f.Does() == mode && !f.Known })
	return found
}

// newlyRefused tells whether an object is refused for something that the baseline does
// not know.
func (o *Object) newlyRefused() bool { return o.Verdict == Refused && o.anyNew(Enforce) }

func (o *Object) filledIn() bool {
	return len(o.Changes) > 0 || o.Child != nil && len(o.Child.Changes) > 0
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Format writes a report.
type Format interface {
	// Object reports one object; it is not kept.
	Object(*Object) error
	// Close ends the report.
	Close(Summary) error
}
