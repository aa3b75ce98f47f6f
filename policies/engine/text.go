package engine

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/batchgate/batchgate/policies/config"
)

// How much of anything a person or a log is shown. A hostile name or message
// must not flood either. The API server passes on 4,096 characters of warnings; past
// them it cuts each at 256, and then drops the rest (AddWarning in its filters).
// So many that are so long get through whole: the end of one is what to do.
const (
	maxMessage  = 400
	maxWarning  = 250
	maxWarnings = 16
	maxAudit    = 4096
	maxFindings = 7 // in a denial, which has a line before and two after
	maxDenial   = 8 << 10
	maxCauses   = 50
	maxCause    = 1 << 10
)

// Refused reports whether the object is refused.
func (v Verdict) Refused() bool { return len(v.Enforced()) > 0 }

// Enforced are the findings that refuse the object.
func (v Verdict) Enforced() []Finding { return v.effectiveIs(config.Enforce) }

// Denial is the message of a refusal, at most 10 lines; empty when nothing is
// refused.
func (v Verdict) Denial() string {
	enforced := v.Enforced()
	if len(enforced) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s is refused:\n", OneLine(v.subject))
	for i, f := range enforced {
		if i == maxFindings && len(enforced) > maxFindings+1 {
			fmt.Fprintf(&b, "  and %d more\n", len(enforced)-i)
			break
		}
		fmt.Fprintf(&b, "  %s (%s)\n", f.Sentence(), f.Rule)
	}
	fmt.Fprintf(&b, "policy %s; check before applying: batchgate check %sFILE", v.policy, v.policy.flag())
	return Bounded(b.String(), maxDenial)
}

// Cause is one reason in the details of a refusal.
type Cause struct{ Type, Field, Message string }

// Causes are the details of a refusal, at most 50.
func (v Verdict) Causes() []Cause {
	enforced := v.Enforced()
	if len(enforced) > maxCauses {
		enforced = enforced[:maxCauses]
	}
	causes := make([]Cause, 0, len(enforced))
	for _, f := range enforced {
		c := Cause{
			Type:    "FieldValueInvalid",
			Field:   Bounded(OneLine(f.Field), maxCause),
			Message: Bounded(OneLine(f.Message+" ("+f.Rule+")"), maxCause),
		}
		if f.PolicyError {
			c.Type = "InternalError"
		}
		causes = append(causes, c)
	}
	return causes
}

// flag is how `batchgate check` is told about this policy.
func (i Identity) flag() string {
	switch i.Name {
	case "recommended":
		return "" // what check uses when nothing is said
	case "audit", "strict":
		return "--policy " + i.Name + " "
	}
	return "--policy DIR "
}

// Warnings are what the author is told of an object that is admitted or
// refused: findings in mode warn, and labels that choose nothing.
func (v Verdict) Warnings() []string {
	var told []string
	for _, text := range v.Advice {
		told = append(told, Bounded(OneLine(text), maxWarning))
	}
	for _, f := range v.effectiveIs(config.Warn) {
		told = append(told, warning(f.Sentence(), f.Rule))
	}
	return capped(told)
}

// warning is one line that always ends with the rule to look up.
func warning(text, rule string) string {
	suffix := " (" + Bounded(OneLine(rule), maxWarning/2) + ")"
	return Bounded(OneLine(text), maxWarning-len([]rune(suffix))) + suffix
}

func capped(told []string) []string {
	if len(told) <= maxWarnings {
		return told
	}
	return append(told[:maxWarnings-1:maxWarnings-1], fmt.Sprintf("and %d more warnings", len(told)-maxWarnings+1))
}

// Audit are the audit annotations of the verdict: for each class of findings a
// JSON list.
func (v Verdict) Audit() map[string]string {
	audit := map[string]string{"policy": v.policy.String()}
	classes := map[string][]auditEntry{}
	for _, f := range v.Findings {
		entry := auditEntry{Rule: f.Rule, Field: f.Field, Message: f.Message}
		class := map[config.Mode]string{config.Enforce: "enforced", config.Warn: "warned", config.Audit: "audited"}[f.Mode]
		switch {
		case f.Excepted != nil:
			class = "excepted"
			entry.Reason, entry.Owner, entry.Expires = f.Excepted.Reason, f.Excepted.Owner, f.Excepted.Expires
		case f.Tolerated:
			class = "tolerated"
		}
		if class != "" {
			classes[class] = append(classes[class], entry)
		}
	}
	for class, entries := range classes {
		audit[class] = OneLine(encodeAudit(entries))
	}
	return audit
}

type auditEntry struct {
	Rule    string `json:"rule,omitempty"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"`
	More    int    `json:"more,omitempty"` // how many entries were left out
}

// encodeAudit keeps whole entries, so that what is cut is still JSON.
func encodeAudit(entries []auditEntry) string {
	encode := func(shown int) string {
		list := entries[:shown:shown]
		if left := len(entries) - shown; left > 0 {
			list = append(list, auditEntry{More: left})
		}
		encoded, err := json.Marshal(list)
		if err != nil {
			return "[]"
		}
		return string(encoded)
	}
	most := min(len(entries), maxAudit/len(`{},`)) // thousands of entries are not even tried
	// The fewest to leave out, so that a list of any length costs a few attempts.
	left := sort.Search(most, func(left int) bool { return len(encode(most-left)) <= maxAudit })
	return encode(most - left)
}

// OneLine replaces what is not printable: it could move a terminal's cursor or
// forge a log line.
func OneLine(text string) string {
	if strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return ' '
		}
		return r
	}, text)
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// Bounded cuts text to at most limit runes and shows that it did.
func Bounded(text string, limit int) string {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text
	}
	runes := 0
	for i := range text {
		if runes == limit-1 {
			return text[:i] + "…"
		}
		runes++
	}
	return text
}
