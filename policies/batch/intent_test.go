package batch_test

import (
	"encoding/json"
	"testing"

	"github.com/batchgate/batchgate/policies/batch"
)

// job is a Job with a spec and some evidence.
func job(t *testing.T, metadata map[string]any, spec string) *batch.Object {
	t.Helper()
	encoded, err := json.Marshal(metadata)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, batch.Job, `{"metadata":`+string(encoded)+`,"spec":`+spec+`}`)
}

// wrote is a managedFields entry; fields is its fieldsV1.
func wrote(operation, subresource, fields string) map[string]any {
	return map[string]any{"operation": operation, "subresource": subresource, "fieldsV1": json.RawMessage(fields)}
}

func TestIntent(t *testing.T) {
	t.Parallel()
	const limit = "job/spec/backoffLimit"
	applied := func(doc string) map[string]any {
		return map[string]any{"annotations": map[string]any{"kubectl.kubernetes.io/last-applied-configuration": doc}}
	}
	managed := func(entries ...any) map[string]any { return map[string]any{"managedFields": entries} }
	twoContainers := `{"template":{"spec":{"containers":[
		{"name":"a","terminationMessagePolicy":"File"},{"name":"b","terminationMessagePolicy":"File"}]}}}`
	fieldsOfA := `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:image":{}}}}}}}`
	fieldsOfB := `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"b\"}":{".":{},"f:terminationMessagePolicy":{}}}}}}}`
	for sentence, tc := range map[string]struct {
		metadata map[string]any
		spec     string
		view     string
		want     batch.State
	}{
		"absent":                                   {nil, `{}`, limit, batch.Unset},
		"null":                                     {nil, `{"backoffLimit":null}`, limit, batch.Unset},
		"other than the default":                   {nil, `{"backoffLimit":3}`, limit, batch.Explicit},
		"without a default":                        {nil, `{"ttlSecondsAfterFinished":6}`, "job/spec/ttlSecondsAfterFinished", batch.Explicit},
		"the default of a type it does not have":   {nil, `{"backoffLimit":"6"}`, limit, batch.Explicit},
		"the default, no evidence":                 {nil, `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"the default by another spelling":          {nil, `{"backoffLimit":6.0}`, limit, batch.Ambiguous},
		"the default with a limit per index":       {nil, `{"backoffLimit":2147483647,"backoffLimitPerIndex":1}`, limit, batch.Ambiguous},
		"6 with a limit per index":                 {nil, `{"backoffLimit":6,"backoffLimitPerIndex":1}`, limit, batch.Explicit},
		"one completion of a parallel Job":         {nil, `{"completions":1,"parallelism":5}`, "job/spec/completions", batch.Explicit},
		"one completion of a plain Job":            {nil, `{"completions":1,"parallelism":1}`, "job/spec/completions", batch.Ambiguous},
		"applied by the server":                    {managed(wrote("Apply", "", `{"f:spec":{"f:backoffLimit":{}}}`)), `{"backoffLimit":6}`, limit, batch.Explicit},
		"not applied by the server":                {managed(wrote("Apply", "", `{"f:spec":{"f:suspend":{}}}`)), `{"backoffLimit":6}`, limit, batch.Unset},
		"applied by the second of two":             {managed(wrote("Apply", "", `{}`), wrote("Apply", "", `{"f:spec":{"f:backoffLimit":{}}}`)), `{"backoffLimit":6}`, limit, batch.Explicit},
		"applied as part of a whole":               {managed(wrote("Apply", "", `{"f:spec":{}}`)), `{"backoffLimit":6}`, limit, batch.Explicit},
		"applied, and a controller wrote status":   {managed(wrote("Apply", "", `{"f:metadata":{"f:name":{}}}`), wrote("Update", "status", `{"f:status":{}}`)), `{"backoffLimit":6}`, limit, batch.Unset},
		"only status has writers":                  {managed(wrote("Apply", "status", `{}`)), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"applied, and updated by somebody":         {managed(wrote("Apply", "", `{}`), wrote("Update", "", `{"f:spec":{"f:backoffLimit":{}}}`)), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"updated by somebody, then applied":        {managed(wrote("Update", "", `{}`), wrote("Apply", "", `{}`)), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"an empty entry":                           {managed(map[string]any{}), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"entries of a wrong type":                  {managed("x", 1), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"applied by the client":                    {applied(`{"spec":{"backoffLimit":6}}`), `{"backoffLimit":6}`, limit, batch.Explicit},
		"applied by the client with another value": {applied(`{"spec":{"backoffLimit":9}}`), `{"backoffLimit":6}`, limit, batch.Explicit},
		"not applied by the client":                {applied(`{"spec":{}}`), `{"backoffLimit":6}`, limit, batch.Unset},
		"applied by the client as null":            {applied(`{"spec":{"backoffLimit":null}}`), `{"backoffLimit":6}`, limit, batch.Unset},
		"a broken last-applied annotation":         {applied(`{"spec":`), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"a last-applied annotation of no object":   {applied(`[]`), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"an empty last-applied annotation":         {applied(``), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"the server's evidence beats the client's": {map[string]any{
			"managedFields": []any{wrote("Apply", "", `{"f:spec":{}}`)},
			"annotations":   map[string]any{"kubectl.kubernetes.io/last-applied-configuration": `{"spec":{}}`},
		}, `{"backoffLimit":6}`, limit, batch.Explicit},
		"a container's field, applied by the server":                   {managed(wrote("Apply", "", fieldsOfB)), twoContainers, "containers/b/terminationMessagePolicy", batch.Explicit},
		"the same field of another container":                          {managed(wrote("Apply", "", fieldsOfB)), twoContainers, "containers/a/terminationMessagePolicy", batch.Unset},
		"a container that is elsewhere in what was applied":            {applied(`{"spec":{"template":{"spec":{"containers":[{"name":"b","terminationMessagePolicy":"File"}]}}}}`), twoContainers, "containers/b/terminationMessagePolicy", batch.Explicit},
		"a container that is elsewhere, the other one":                 {applied(`{"spec":{"template":{"spec":{"containers":[{"name":"b","terminationMessagePolicy":"File"}]}}}}`), twoContainers, "containers/a/terminationMessagePolicy", batch.Unset},
		"a container's field, applied by the second of two":            {managed(wrote("Apply", "", fieldsOfA), wrote("Apply", "", fieldsOfB)), twoContainers, "containers/b/terminationMessagePolicy", batch.Explicit},
		"a container of a template that was applied as a whole":        {managed(wrote("Apply", "", `{"f:spec":{"f:template":{}}}`)), twoContainers, "containers/b/terminationMessagePolicy", batch.Explicit},
		"a container of a list that was applied as a whole":            {managed(wrote("Apply", "", `{"f:spec":{"f:template":{"f:spec":{"f:containers":{}}}}}`)), twoContainers, "containers/b/terminationMessagePolicy", batch.Explicit},
		"a container of an object that was not applied at all":         {managed(wrote("Apply", "", `{}`)), twoContainers, "containers/b/terminationMessagePolicy", batch.Unset},
		"the first of two containers that were applied under one name": {applied(`{"spec":{"template":{"spec":{"containers":[{"name":"b"},{"name":"b","terminationMessagePolicy":"File"}]}}}}`), twoContainers, "containers/b/terminationMessagePolicy", batch.Unset},
		"a container that does not exist":                              {nil, twoContainers, "containers/c/image", batch.Unset},
		"a pod's default, by the alias":                                {applied(`{"spec":{"template":{"spec":{"restartPolicy":"Always"}}}}`), `{"template":{"spec":{"restartPolicy":"Always"}}}`, "pod/spec/restartPolicy", batch.Explicit},
		"a pod's default that nobody wrote":                            {applied(`{"spec":{"template":{"spec":{}}}}`), `{"template":{"spec":{"restartPolicy":"Always"}}}`, "pod/spec/restartPolicy", batch.Unset},
		"a run of a CronJob":                                           {owners("batch/v1", "CronJob", true), `{"backoffLimit":6}`, limit, batch.Explicit},
		"a Job that a CronJob owns but does not control":               {owners("batch/v1", "CronJob", false), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"a Job that another kind of CronJob controls":                  {owners("example.com/v1", "CronJob", true), `{"backoffLimit":6}`, limit, batch.Ambiguous},
		"a root without a meaning":                                     {nil, `{}`, "user/name", batch.Unset},
		"a pull policy that goes with the tag":                         {nil, `{"template":{"spec":{"containers":[{"name":"a","image":"x:1","imagePullPolicy":"IfNotPresent"}]}}}`, "containers/a/imagePullPolicy", batch.Ambiguous},
		"a pull policy that does not go with the tag":                  {nil, `{"template":{"spec":{"containers":[{"name":"a","image":"x","imagePullPolicy":"IfNotPresent"}]}}}`, "containers/a/imagePullPolicy", batch.Explicit},
		"empty resources":                                              {nil, `{"template":{"spec":{"containers":[{"name":"a","resources":{}}]}}}`, "containers/a/resources", batch.Ambiguous},
		"resources that name something":                                {nil, `{"template":{"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}]}}}`, "containers/a/resources", batch.Explicit},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			if got := job(t, tc.metadata, tc.spec).Intent(path(tc.view), nil); got != tc.want {
				t.Errorf("%s is %s, want %s", tc.view, got, tc.want)
			}
		})
	}
}

func owners(apiVersion, kind string, controller bool) map[string]any {
	return map[string]any{"ownerReferences": []any{
		map[string]any{"apiVersion": "v1", "kind": "Other", "name": "o"},
		map[string]any{"apiVersion": apiVersion, "kind": kind, "name": "n", "controller": controller},
	}}
}

func TestIntentOnUpdate(t *testing.T) {
	t.Parallel()
	const view = "cronjob/spec/concurrencyPolicy"
	for sentence, tc := range map[string]struct {
		old, now string
		want     batch.State
	}{
		"changed to the default":     {`{"spec":{"concurrencyPolicy":"Forbid"}}`, `{"spec":{"concurrencyPolicy":"Allow"}}`, batch.Explicit},
		"the default before and now": {`{"spec":{"concurrencyPolicy":"Allow"}}`, `{"spec":{"concurrencyPolicy":"Allow"}}`, batch.Ambiguous},
		"the default of a new part":  {`{"spec":{}}`, `{"spec":{"concurrencyPolicy":"Allow"}}`, batch.Ambiguous},
		"removed":                    {`{"spec":{"concurrencyPolicy":"Allow"}}`, `{"spec":{}}`, batch.Unset},
	} {
		old, now := parse(t, batch.CronJob, tc.old), parse(t, batch.CronJob, tc.now)
		if got := now.Intent(path(view), old); got != tc.want {
			t.Errorf("%s: %s, want %s", sentence, got, tc.want)
		}
	}
}

func TestAuthorSent(t *testing.T) {
	t.Parallel()
	const fields = `{"f:metadata":{"f:annotations":{".":{},"f:batchgate.dev/filled":{}}}}`
	for sentence, tc := range map[string]struct {
		entries []any
		want    bool
	}{
		"nobody":                    {nil, false},
		"one who wrote others":      {[]any{wrote("Update", "", `{"f:metadata":{"f:annotations":{"f:other":{}}}}`)}, false},
		"one who updated it":        {[]any{wrote("Update", "", fields)}, true},
		"one who applied it":        {[]any{wrote("Apply", "", fields)}, true},
		"the second of two":         {[]any{wrote("Update", "", `{}`), wrote("Update", "status", fields)}, true},
		"one who wrote nothing yet": {[]any{map[string]any{"operation": "Update"}}, false},
		"one who wrote in the spec": {[]any{wrote("Update", "", `{"f:spec":`+fields+`}`)}, false},
	} {
		o := job(t, map[string]any{"annotations": map[string]any{"batchgate.dev/filled": "{}"}, "managedFields": tc.entries}, `{}`)
		if got := o.AuthorSent("batchgate.dev/filled"); got != tc.want {
			t.Errorf("%s: %v, want %v", sentence, got, tc.want)
		}
	}
}
