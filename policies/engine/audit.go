package engine

import (
	"bytes"
	"sort"
	"strconv"

	"github.com/batchgate/batchgate/policies/config"
)

// Audit are the audit annotations of the verdict: for each class of findings a
// JSON list.
func (v Verdict) Audit() map[string]string {
	audit := map[string]string{"policy": v.policy.String()}
	classes := map[string][]auditEntry{}
	for _, f := range v.Findings {
		entry := auditEntry{Rule: f.Rule, Field: f.Field, Message: f.Message}
		class := ""
		switch f.Mode {
		case config.Enforce:
			class = "enforced"
		case config.Warn:
			class = "warned"
		case config.Audit:
			class = "audited"
		}
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
		audit[class] = oneLine(encodeAudit(entries))
	}
	return audit
}

type auditEntry struct {
	Rule, Field, Message   string
	Reason, Owner, Expires string
	More                   int // how many entries were left out
}

// append appends the entry as a JSON object of what it has.
func (a auditEntry) append(b []byte) []byte {
	b = append(b, '{')
	for _, part := range [...][2]string{
		{"rule", a.Rule}, {"field", a.Field}, {"message", a.Message},
		{"reason", a.Reason}, {"owner", a.Owner}, {"expires", a.Expires},
	} {
		if part[1] != "" {
			b = appendText(append(appendText(b, part[0]), ':'), part[1])
			b = append(b, ',')
		}
	}
	if a.More > 0 {
		b = append(append(b, `"more":`...), strconv.Itoa(a.More)...)
	}
	return append(bytes.TrimSuffix(b, []byte{','}), '}')
}

// encodeAudit keeps whole entries, so that what is cut is still JSON.
func encodeAudit(entries []auditEntry) string {
	encode := func(shown int) string {
		b := make([]byte, 1, 512)
		b[0] = '['
		for i, entry := range entries[:shown] {
			if i > 0 {
				b = append(b, ',')
			}
			b = entry.append(b)
		}
		if left := len(entries) - shown; left > 0 {
			if shown > 0 {
				b = append(b, ',')
			}
			b = auditEntry{More: left}.append(b)
		}
		return string(append(b, ']'))
	}
	most := min(len(entries), maxAudit/len(`{},`)) // thousands of entries are not even tried
	// The fewest to leave out, so that a list of any length costs a few attempts.
	whole := encode(most)
	if len(whole) <= maxAudit {
		return whole
	}
	left := sort.Search(most, func(left int) bool { return len(encode(most-left)) <= maxAudit })
	return encode(most - left)
}
