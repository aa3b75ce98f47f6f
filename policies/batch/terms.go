package batch

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// dictionary holds a term for each string that nearly every Job contains, so
// that reading one allocates little. It is never written after it is made, and
// its terms must not be changed.
type dictionary map[string]*ast.Term

var words = newDictionary( //nolint:gochecknoglobals // a constant table that Go cannot write as one
	"annotations", "apiVersion", "args", "backoffLimit", "backoffLimitPerIndex", "blockOwnerDeletion", "command",
	"completionMode", "completions", "concurrencyPolicy", "containers", "controller", "cpu", "creationTimestamp",
	"deletionTimestamp", "digest", "dnsPolicy", "env", "ephemeral-storage", "failedJobsHistoryLimit", "generateName",
	"generation", "image", "imagePullPolicy", "initContainers", "jobTemplate", "kind", "labels", "limits", "managedBy",
	"manualSelector", "matchLabels", "memory", "metadata", "name", "namespace", "ownerReferences", "parallelism",
	"podFailurePolicy", "podReplacementPolicy", "quantities", "reference", "registry", "repository", "requests",
	"resourceVersion", "resources", "restartPolicy", "role", "schedule", "schedulerName", "securityContext", "selector",
	"serviceAccount", "serviceAccountName", "spec", "startingDeadlineSeconds", "successfulJobsHistoryLimit", "suspend",
	"tag", "template", "terminationGracePeriodSeconds", "terminationMessagePath", "terminationMessagePolicy", "timeZone",
	"ttlSecondsAfterFinished", "activeDeadlineSeconds", "uid", "value", "volumeMounts", "volumes", "apiGroup",
	"reconciler", "hook", "manager", "queue", "explicit", "unset", "ambiguous",
	"Always", "IfNotPresent", "Never", "OnFailure", "File", "FallbackToLogsOnError", "/dev/termination-log",
	"ClusterFirst", "default-scheduler", "NonIndexed", "Indexed", "TerminatingOrFailed", "Failed", "Allow", "Forbid",
	"Replace", "main", "init", "sidecar", "docker.io", "latest", "batch", "batch/v1", "CronJob", "cronjob", "manual",
	"operator", "100m", "128Mi", "1Gi", "timetable", "never", "every", "interval", "fields", "spread", "skipped", "repeated",
)

func newDictionary(list ...string) dictionary {
	d := make(dictionary, len(list))
	for _, word := range list {
		d[word] = ast.StringTerm(word)
	}
	return d
}

// term is the term of a string, shared where the string is a common one.
func (d dictionary) term(s string) *ast.Term {
	if t, ok := d[s]; ok {
		return t
	}
	return ast.StringTerm(s)
}

// of is term for bytes; it allocates only for strings that are not common.
func (d dictionary) of(b []byte) *ast.Term {
	if t, ok := d[string(b)]; ok {
		return t
	}
	return ast.StringTerm(string(b))
}

// maxNumber is the longest number, in characters, that is read. No field of
// the batch API comes near it, and arithmetic on longer ones is not free.
const maxNumber = 64

// numberTerm is a JSON number as a term. Integral numbers become integers
// however they were written, so that 6, 6.0 and 6e0 are one value.
func numberTerm(text []byte) (*ast.Term, error) {
	if len(text) > maxNumber {
		return nil, fmt.Errorf("a number of %d characters, at most %d are read", len(text), maxNumber)
	}
	s := string(text)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return ast.InternedTerm(n), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, fmt.Errorf("number %s is out of range", s)
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return ast.InternedTerm(int64(f)), nil
	}
	return ast.NumberTerm(json.Number(s)), nil
}

// stringAt is a member of an object when it is a string, else "".
func stringAt(object *ast.Term, key string) string {
	text, _ := textAt(object, key)
	return text
}

// memberAt is a member of an object; nil when there is none or t is no object.
func memberAt(t *ast.Term, key string) *ast.Term {
	if t == nil {
		return nil
	}
	object, ok := t.Value.(ast.Object)
	if !ok {
		return nil
	}
	return object.Get(words.term(key))
}

func isNull(t *ast.Term) bool {
	_, null := t.Value.(ast.Null)
	return null
}

// textAt is a member of an object, if there is one and it is a string.
func textAt(object *ast.Term, key string) (text string, ok bool) {
	t := memberAt(object, key)
	if t == nil {
		return "", false
	}
	value, ok := t.Value.(ast.String)
	return string(value), ok
}
