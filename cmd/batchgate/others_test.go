package main

import "testing"

func TestWhatResemblesAJobIsNeverPassedOver(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"a Job":                          {"kind: Job", true},
		"a CronJob in JSON":              {`{"kind" : "CronJob", `, true},
		"a Job in other capitals":        {"KIND: JOB", true},
		"a list of them":                 {"kind: JobList", true},
		"a tag before it":                {"kind: !!str Job", true},
		"a line between":                 {"kind:\n  Job", true},
		"a comment between":              {"kind: # which one\n  # this\n  Job", true},
		"a folded text":                  {"kind: >-\n  Job", true},
		"a key of the long form":         {"? kind\n: Job", true},
		"an escape":                      {`kind: "\x4aob"`, true},
		"an alias":                       {"kind: *what", true},
		"a template":                     {"kind: {{ .Values.kind }}", true},
		"no colon":                       {"  kind Job", true},
		"no kind, but the group":         {"apiVersion: batch/v1", true},
		"the group without a colon":      {"apiVersion batch/v1", true},
		"what a verdict hangs on":        {"kind: Namespace", true},
		"another kind":                   {"kind: ConfigMap\nmetadata: {name: my-job}", false},
		"another kind on one line":       {`{"kind": "build", "name": "job"}`, false},
		"another group":                  {"apiVersion: apps/v1", false},
		"Jobs of something else":         {"jobs: {a: b: c}", false},
		"a word that has kind in it":     {"mankind: had jobs", true}, // it is an error more, not a Job less
		"a sentence about a kind of Job": {"# this kind of Job is one that is not one", false},
		"nothing":                        {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := matters([]byte(test.text)); got != test.want {
				t.Errorf("%q: %v, expected %v", test.text, got, test.want)
			}
		})
	}
}
