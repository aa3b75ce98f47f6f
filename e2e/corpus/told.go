package corpus

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// What a line of findings.txt begins with.
const (
	Refused      = "refused"
	Warned       = "warned"
	Audited      = "audited"
	ByKubernetes = "refused by Kubernetes"
	ItsJob       = "its Job: " // before one of the others
)

const inTemplate = "spec.jobTemplate."

// Finding is a line of findings.txt. field is where it is in the object.
func Finding(class, field, message, rule string) string {
	text := message
	if field != "" {
		text = field + " " + message
	}
	return class + ": " + text + " (" + rule + ")"
}

// NotValid is the line of an object that Kubernetes refuses for these fields.
func NotValid(fields []string) string {
	slices.Sort(fields)
	return ByKubernetes + ": " + strings.Join(slices.Compact(fields), ", ")
}

// Fill is a line of fills.txt.
func Fill(field string, value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	return field + ": " + text
}

// Says is what a dry run says.
func Says(r *dryrun.Result) Told {
	switch {
	case r.Malformed != nil:
		return Told{Findings: []string{NotValid(slices.Clone(r.Malformed.Fields))}}
	case len(r.Invalid) > 0:
		var fields []string
		for _, e := range r.Invalid {
			fields = append(fields, e.Field)
		}
		return Told{Findings: []string{NotValid(fields)}}
	}
	var told Told
	classes := map[config.Mode]string{config.Enforce: Refused, config.Warn: Warned, config.Audit: Audited}
	for _, f := range r.Verdict.Findings {
		told.Findings = append(told.Findings, Finding(classes[f.Effective()], f.Field, f.Message, f.Rule))
	}
	for _, c := range r.Mutation.Changes {
		told.Fills = append(told.Fills, Fill(c.Field, c.To))
	}
	if r.Child != nil && r.Skipped() == "" && r.Refused() == dryrun.Nobody {
		told = told.Of(Says(r.Child))
	}
	return told.Sorted()
}

// Of adds what is said of the Job of a CronJob. What was said of the CronJob is
// not said again.
func (t Told) Of(job Told) Told {
	t.Findings = append(t.Findings, more(t.Findings, job.Findings)...)
	t.Fills = append(t.Fills, more(t.Fills, job.Fills)...)
	return t
}

func more(cronjob, job []string) []string {
	said := map[string]bool{}
	for _, line := range cronjob {
		said[ofJob(line)] = true
	}
	var added []string
	for _, line := range job {
		if !said[ofJob(line)] {
			added = append(added, ItsJob+line)
		}
	}
	return added
}

// ofJob is a line as it would be said of the Job, without its class: a run is
// warned about what its CronJob is refused for.
func ofJob(line string) string {
	for _, class := range []string{Refused, Warned, Audited} {
		line = strings.TrimPrefix(line, class+": ")
	}
	return strings.TrimPrefix(line, inTemplate)
}

// Sorted are the same lines in order.
func (t Told) Sorted() Told {
	slices.Sort(t.Findings)
	slices.Sort(t.Fills)
	return t
}
