package batch

import (
	"math"

	"github.com/open-policy-agent/opa/v1/ast"
)

// APIDefault is the value that the API server writes in a field that its author
// left out; ok is false for a field that has none. What a default depends on
// is read from o, which may be nil: then it is the default of an object that
// sets nothing else. The fields of a CronJob's jobTemplate.spec have no
// defaults, because those of a Job are written when the Job is created; its pod
// template has them. Source: SetObjectDefaults_Job and _CronJob of Kubernetes
// 1.37.
func APIDefault(kind Kind, view []string, o *Object) (value *ast.Term, ok bool) {
	switch {
	case len(view) == 3 && view[0] == "cronjob" && view[1] == "spec" && kind == CronJob:
		value = cronJobDefault(view[2])
	case len(view) == 3 && view[0] == "job" && view[1] == "spec" && kind == Job:
		value = jobDefault(view[2], o)
	case len(view) == 3 && view[0] == "pod" && view[1] == "spec":
		value = podDefault(view[2])
	case len(view) == 5 && view[0] == "job" && view[1] == "spec" && view[2] == "template" && view[3] == "spec":
		value = podDefault(view[4])
	case len(view) == 3 && view[0] == "containers":
		value = containerDefault(view, o)
	}
	return value, value != nil
}

func cronJobDefault(field string) *ast.Term {
	switch field {
	case "concurrencyPolicy":
		return words.term("Allow")
	case "suspend":
		return ast.InternedBooleanFalse
	case "successfulJobsHistoryLimit":
		return ast.InternedTerm(3)
	case "failedJobsHistoryLimit":
		return ast.InternedTerm(1)
	}
	return nil
}

func jobDefault(field string, o *Object) *ast.Term {
	var spec *ast.Term
	if o != nil {
		spec = o.jobSpec()
	}
	switch field {
	case "parallelism":
		return ast.InternedTerm(1)
	case "completions":
		// Written only when parallelism was left out too, which is then 1.
		if t := memberAt(spec, "parallelism"); t != nil && !isNull(t) && !equal(t, ast.InternedTerm(1)) {
			return nil
		}
		return ast.InternedTerm(1)
	case "completionMode":
		return words.term("NonIndexed")
	case "backoffLimit":
		if has(spec, "backoffLimitPerIndex") {
			return ast.InternedTerm(math.MaxInt32)
		}
		return ast.InternedTerm(6)
	case "suspend", "manualSelector":
		return ast.InternedBooleanFalse
	case "podReplacementPolicy":
		if has(spec, "podFailurePolicy") {
			return words.term("Failed")
		}
		return words.term("TerminatingOrFailed")
	}
	return nil
}

func podDefault(field string) *ast.Term {
	switch field {
	case "restartPolicy":
		return words.term("Always")
	case "dnsPolicy":
		return words.term("ClusterFirst")
	case "schedulerName":
		return words.term("default-scheduler")
	case "securityContext":
		return ast.InternedEmptyObject
	case "terminationGracePeriodSeconds":
		return ast.InternedTerm(30)
	}
	return nil
}

func containerDefault(view []string, o *Object) *ast.Term {
	switch view[2] {
	case "imagePullPolicy":
		name := ""
		if o != nil {
			if t, ok := o.Lookup([]string{"containers", view[1], "image"}); ok {
				if s, ok := t.Value.(ast.String); ok {
					name = string(s)
				}
			}
		}
		return words.term(pullPolicy(name))
	case "resources":
		return ast.InternedEmptyObject
	case "terminationMessagePath":
		return words.term("/dev/termination-log")
	case "terminationMessagePolicy":
		return words.term("File")
	}
	return nil
}

// equal compares values; numbers by their amount.
func equal(a, b *ast.Term) bool { return ast.Compare(a.Value, b.Value) == 0 }
