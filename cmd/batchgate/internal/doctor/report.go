package doctor

// Status is what a check found.
type Status string

// The statuses.
const (
	OK         Status = "ok"
	Warning    Status = "warning"     // it works, and will not in some case
	Trouble    Status = "trouble"     // something does not work
	NotChecked Status = "not checked" // and why
)

// Finding is one thing that a check says.
type Finding struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	Text   string `json:"text"`           // what was found, and what it means
	Do     string `json:"do,omitempty"`   // what to do about it
	Page   string `json:"page,omitempty"` // of the runbook, without .md
}

// Report is what all checks found, in their order.
type Report struct {
	Namespace string    `json:"namespace"`
	Findings  []Finding `json:"findings"`
}

// Count is how many findings have a status.
func (r Report) Count(of Status) (n int) {
	for _, f := range r.Findings {
		if f.Status == of {
			n++
		}
	}
	return n
}

// sheet collects what one check finds.
type sheet struct {
	check    string
	findings []Finding
}

func (s *sheet) ok(text string) { s.add(Finding{Status: OK, Text: text}) }

func (s *sheet) warning(text, do, page string) {
	s.add(Finding{Status: Warning, Text: text, Do: do, Page: page})
}

func (s *sheet) trouble(text, do, page string) {
	s.add(Finding{Status: Trouble, Text: text, Do: do, Page: page})
}

func (s *sheet) notChecked(what string, err error) {
	s.add(Finding{Status: NotChecked, Text: what + ": " + err.Error(), Do: remedy(err)})
}

func (s *sheet) add(f Finding) {
	f.Check = s.check
	s.findings = append(s.findings, f)
}
