package apiserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// judgement is a part of a document and what the API server says of it: fields,
// types and words, as the generated documents under e2e/differential hold them
// to its own code.
type judgement struct {
	part string
	want []string
}

func checkJudgements(t *testing.T, whole func(part string) string, cases map[string]judgement) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, whole(c.part))
			object.Default()
			object.Admit("team")
			object.Prepare("UID")
			var got []string
			for _, err := range object.Validate() {
				got = append(got, strings.TrimSuffix(fmt.Sprintf("%s: %s: %s", err.Field, err.Type, err.Detail), ": "))
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(strings.Compare)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// The three wrap a part of a spec into a document that is in order otherwise.
func jobWith(part string) string {
	return `{apiVersion: batch/v1, kind: Job, metadata: {name: nightly}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}, ` + part + `}}`
}

func podWith(part string) string {
	return `{apiVersion: batch/v1, kind: Job, metadata: {name: nightly}, spec: {template: {spec: ` + part + `}}}`
}

func cronJobWith(part string) string {
	if !strings.Contains(part, "jobTemplate") {
		part += `, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}}`
	}
	return `{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {` + part + `}}`
}

func decode(t *testing.T, document string) *apiserver.Object {
	t.Helper()
	doc, err := apiserver.ToJSON([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	object, warnings, err := apiserver.Decode(doc, apiserver.Strict)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", err, warnings)
	}
	return object
}
