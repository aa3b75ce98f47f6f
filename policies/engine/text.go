package engine

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/batchgate/batchgate/policies/config"
)

// How much of anything a person or a log is shown. A hostile name or message
// must not flood either; the API server drops warnings past 4,096 characters.
const (
	maxMessage  = 400
	maxWarning  = 120
	maxWarnings = 20
	maxAudit    = 4096
	maxFindings = 7 // in a denial, which has a line before and two after
	maxDenial   = 8 << 10
	maxCauses   = 50
	maxCause    = 1 << 10
)

// Refused reports whether the object is refused.
func (v Verdict) Refused() bool {
	return slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.acts(config.Enforce) })
}

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
	b.WriteString(oneLine(v.subject))
	b.WriteString(" is refused:\n")
	for i, f := range enforced {
		if i == maxFindings && len(enforced) > maxFindings+1 {
			fmt.Fprintf(&b, "  and %d more\n", len(enforced)-i)
			break
		}
		b.WriteString("  " + f.Sentence() + " (" + f.Rule + ")\n")
	}
	b.WriteString("policy " + v.policy.String() + "; check before applying: batchgate check " + v.policy.flag() + "FILE")
	return bounded(b.String(), maxDenial)
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
			Field:   bounded(oneLine(f.Field), maxCause),
			Message: bounded(oneLine(f.Message+" ("+f.Rule+")"), maxCause),
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
	warned := v.effectiveIs(config.Warn)
	if len(v.Advice)+len(warned) > 0 {
		told = make([]string, 0, len(v.Advice)+len(warned))
	}
	for _, text := range v.Advice {
		told = append(told, bounded(oneLine(text), maxWarning))
	}
	for _, f := range warned {
		told = append(told, warning(f.Sentence(), f.Rule))
	}
	return capped(told)
}

// warning is one line that always ends with the rule to look up.
func warning(text, rule string) string {
	suffix := " (" + bounded(oneLine(rule), maxWarning/2) + ")"
	return bounded(oneLine(text), maxWarning-utf8.RuneCountInString(suffix)) + suffix
}

func capped(told []string) []string {
	if len(told) <= maxWarnings {
		return told
	}
	return append(told[:maxWarnings-1:maxWarnings-1], fmt.Sprintf("and %d more warnings", len(told)-maxWarnings+1))
}

// oneLine replaces what is not printable: it could move a terminal's cursor or
// forge a log line.
func oneLine(text string) string {
	if ascii(text) || strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return ' '
		}
		return r
	}, text)
}

// ascii reports whether a text is printable and nothing but ASCII, as nearly all
// are: the tables of Unicode are not asked then.
func ascii(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// bounded cuts text to at most limit runes and shows that it did.
func bounded(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
