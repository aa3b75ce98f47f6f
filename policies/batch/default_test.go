package batch_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

// defaultsAreKnownFor are the fields below a view that this package claims to
// know every API default of, so that a missing one is found too.
func knownFields() map[string][]string {
	return map[string][]string{
		"cronjob/spec":    {"schedule", "timeZone", "startingDeadlineSeconds", "concurrencyPolicy", "suspend", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"},
		"job/spec":        {"parallelism", "completions", "completionMode", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "suspend", "podReplacementPolicy", "managedBy", "manualSelector"},
		"pod/spec":        {"restartPolicy", "dnsPolicy", "schedulerName", "securityContext", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "priorityClassName", "resources"},
		"containers/name": {"imagePullPolicy", "resources", "terminationMessagePath", "terminationMessagePolicy", "restartPolicy", "resizePolicy", "command"},
	}
}

// TestDefaultsAreThoseOfTheAPIServer holds APIDefault to what a kube-apiserver
// made of a hundred manifests, in both directions: what it wrote must be the
// default, and what it left absent must have none.
func TestDefaultsAreThoseOfTheAPIServer(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/defaulting.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, checked := bufio.NewScanner(file), 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			Label string
			Input json.RawMessage
			Sent  json.RawMessage `json:"mutatingReviewObject"`
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		input, isObject := decoded(t, c.Input).(map[string]any)
		if !isObject || len(c.Sent) == 0 || string(c.Sent) == "null" {
			continue // refused before any review
		}
		kind := batch.Kind(input["kind"].(string))
		if kind != batch.Job && kind != batch.CronJob {
			continue
		}
		written, sent := parse(t, kind, string(c.Input)), parse(t, kind, string(c.Sent))
		for _, view := range viewsToCompare(sent) {
			if value, ok := written.Lookup(view); ok && plain(t, value) != nil {
				continue // somebody wrote it
			}
			got, _ := sent.Lookup(view)
			want, _ := batch.APIDefault(kind, view, sent)
			if view[0] == "cronjob" && kind == batch.Job {
				continue
			}
			if diff := cmp.Diff(plain(t, got), plain(t, want)); diff != "" {
				t.Errorf("%s: %v, -API server +APIDefault:\n%s", c.Label, view, diff)
			}
			checked++
		}
	}
	if err := lines.Err(); err != nil || checked < 1000 {
		t.Errorf("compared %d fields (%v), expected more than 1000", checked, err)
	}
}

func viewsToCompare(o *batch.Object) (views [][]string) {
	for parent, fields := range knownFields() {
		for _, field := range fields {
			if parent != "containers/name" {
				views = append(views, append(path(parent), field))
				continue
			}
			for _, c := range o.Views().Containers {
				if !o.Ambiguous(c.Name) {
					views = append(views, []string{"containers", c.Name, field})
				}
			}
		}
	}
	return views
}

func TestDefaultsByOtherSpellings(t *testing.T) {
	t.Parallel()
	for view, want := range map[string]any{
		"pod/spec/restartPolicy":               "Always",
		"job/spec/template/spec/restartPolicy": "Always",
		"job/spec/backoffLimit":                6.0,
		"job/spec/completions":                 1.0,
		"job/spec/podReplacementPolicy":        "TerminatingOrFailed",
		"containers/any/imagePullPolicy":       "IfNotPresent",
		"job/metadata/name":                    nil,
		"cronjob/spec/concurrencyPolicy":       nil, // a Job has no such field
		"namespace/name":                       nil,
	} {
		got, ok := batch.APIDefault(batch.Job, path(view), nil)
		if diff := cmp.Diff(want, plain(t, got)); diff != "" || ok != (want != nil) {
			t.Errorf("%s without an object (%v), -want +got:\n%s", view, ok, diff)
		}
	}
	if got, ok := batch.APIDefault(batch.CronJob, path("job/spec/backoffLimit"), nil); ok {
		t.Errorf("backoffLimit in a CronJob's template defaults to %v, want nothing", got)
	}
}
