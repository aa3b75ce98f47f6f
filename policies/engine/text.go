package engine

// Refused reports whether a finding refuses the object.
func (v Verdict) Refused() bool { return false }

// Denial is the message of a refusal, at most 10 lines, as DESIGN.md section 7 shows.
func (v Verdict) Denial() string { return "" }

// Warnings are the warn-mode findings, one line of at most 120 characters each.
func (v Verdict) Warnings() []string { return nil }

// Audit are the audit annotations of the verdict.
func (v Verdict) Audit() map[string]string { return nil }
