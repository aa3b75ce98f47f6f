package apiserver_test

import (
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
)

func TestAServerSideApplyTakesNumbersForFloats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec string
		want int32
		ok   bool
	}{
		"a number that fits":                      {"backoffLimit: 4", 4, true},
		"one too large becomes negative":          {"backoffLimit: 2147483648", -2147483648, true},
		"one that is much too large becomes less": {"backoffLimit: 4294967297", 1, true},
		"a whole number that is written as float": {"backoffLimit: 4.0", 4, true},
		"a fraction is refused":                   {"backoffLimit: 4.5", 0, false},
		"a text is refused":                       {"backoffLimit: '4'", 0, false},
		"an unknown field is refused":             {"backoffLimit: 4294967297, backofLimit: 1", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := apiserver.ToJSON([]byte("{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {" + c.spec + "}}"))
			if err != nil {
				t.Fatal(err)
			}
			o, err := apiserver.Applied(doc)
			if (err == nil) != c.ok {
				t.Fatalf("error %v", err)
			}
			if c.ok && *o.Job.Spec.BackoffLimit != c.want {
				t.Errorf("read as %d, want %d", *o.Job.Spec.BackoffLimit, c.want)
			}
		})
	}
}

func TestAServerSideApplyRefusesWhatTheClusterKeeps(t *testing.T) {
	t.Parallel()
	for metadata, want := range map[string]string{
		"{name: a, uid: x}":                                      "uid mismatch: the provided object specified uid x, and no existing object was found",
		"{name: a, managedFields: [{manager: m}]}":               "metadata.managedFields must be nil",
		"{name: a, managedFields: [], uid: '', generation: 3}":   "",
		"{name: a, creationTimestamp: '2026-01-02T03:04:05Z'}":   "",
		"{name: a, creationTimestamp: null, resourceVersion: 1}": "Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.resourceVersion of type string",
	} {
		doc, err := apiserver.ToJSON([]byte("{apiVersion: batch/v1, kind: Job, metadata: " + metadata + "}"))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if _, err := apiserver.Applied(doc); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", metadata, got, want)
		}
	}
}
