package batch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for sentence, tc := range map[string]struct {
		doc  string
		want string // part of the message
	}{
		"a key twice in what is read":        {`{"spec":{"backoffLimit":1,"backoffLimit":2}}`, "/spec/backoffLimit: this key appears twice"},
		"a key twice in what is skipped":     {`{"status":{"a":1,"a":2}}`, "this key appears twice"},
		"a key twice by another spelling":    {`{"spec":{"a":1,"\u0061":2}}`, "this key appears twice"},
		"spec twice":                         {`{"spec":{},"spec":{}}`, "this key appears twice"},
		"something after the object":         {`{} {}`, "something follows the object"},
		"an unfinished object":               {`{"spec":{`, "ends in the middle"},
		"no bytes at all":                    {``, "ends in the middle"},
		"a list":                             {`[]`, "is a JSON list, an object was expected"},
		"a null":                             {`null`, "is a JSON null, an object was expected"},
		"a spec that is a list":              {`{"spec":[]}`, "spec is a JSON list, an object was expected"},
		"metadata that is a string":          {`{"metadata":"x"}`, "metadata is a JSON string, an object was expected"},
		"a spec that is a number":            {`{"spec":1}`, "spec is a JSON number, an object was expected"},
		"a spec that is a boolean":           {`{"spec":true}`, "spec is a JSON boolean, an object was expected"},
		"bytes that are not UTF-8":           {"{\"spec\":{\"a\":\"\xff\"}}", "is not valid JSON"},
		"bytes that are not UTF-8, skipped":  {"{\"status\":\"\xff\"}", "is not valid JSON"},
		"a comma too many":                   {`{"spec":{"a":1,}}`, "is not valid JSON"},
		"a number that float64 cannot hold":  {`{"spec":{"a":1e999}}`, "/spec/a: number 1e999 is out of range"},
		"a number of very many digits":       {`{"spec":{"a":` + strings.Repeat("9", 65) + `}}`, "a number of 65 characters"},
		"201 levels in what is read":         {`{"spec":{"a":` + strings.Repeat("[", 199) + strings.Repeat("]", 199) + `}}`, "deeper than 200 levels"},
		"201 levels in what is skipped":      {`{"status":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, "deeper than 200 levels"},
		"a lone surrogate, which is no text": {`{"spec":{"a":"\ud800"}}`, "is not valid JSON"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			_, err := batch.Parse(batch.Job, []byte(tc.doc), nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got error %v, want one that says %q", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "jsontext") {
				t.Errorf("the error names a library: %v", err)
			}
		})
	}
	if _, err := batch.Parse("Pod", []byte(`{}`), nil); err == nil || !strings.Contains(err.Error(), `kind "Pod"`) {
		t.Errorf("a Pod: got error %v", err)
	}
}

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for sentence, doc := range map[string]string{
		"an empty object":             `{}`,
		"null metadata and spec":      `{"metadata":null,"spec":null}`,
		"200 levels":                  `{"spec":{"a":` + strings.Repeat("[", 198) + strings.Repeat("]", 198) + `}}`,
		"many brackets side by side":  `{"spec":{"a":[` + strings.Repeat("[],", 300) + `[]]}}`,
		"many brackets in strings":    `{"spec":{"a":"` + strings.Repeat(`\"[{`, 300) + `"}}`,
		"space around everything":     " \n{ \"spec\" :\t{ } } \r\n",
		"containers that are no list": `{"spec":{"template":{"spec":{"containers":{"a":1}}}}}`,
		"containers that are strings": `{"spec":{"template":{"spec":{"containers":["a",null]}}}}`,
		"labels that are no object":   `{"metadata":{"labels":[1],"annotations":3,"ownerReferences":{},"managedFields":4}}`,
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			for _, kind := range []batch.Kind{batch.Job, batch.CronJob} {
				o := parse(t, kind, doc)
				o.Views()
				_, label := o.Label("a")
				_, jobLabel := o.JobLabel("a")
				_, annotation := o.Annotation("a")
				if label || jobLabel || annotation || o.Deleting() {
					t.Errorf("%s: labels, annotations or a deletion out of nothing", kind)
				}
				if got := o.Views().ContainersTerm.String(); got != "[]" {
					t.Errorf("%s: containers are %s, want none", kind, got)
				}
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	o := parse(t, batch.CronJob, `{"metadata":{"name":"n","generateName":"n-","namespace":"ns","deletionTimestamp":"2026-01-01T00:00:00Z",
		"labels":{"a":"1","n":2},"annotations":{"b":"2","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
		"spec":{"jobTemplate":{"metadata":{"labels":{"c":"3"}}}}}`)
	text := func(value string, ok bool) string { return fmt.Sprint(value, " ", ok) }
	got := map[string]any{
		"kind": o.Kind(), "name": o.Name(), "generateName": o.GenerateName(), "namespace": o.Namespace(), "deleting": o.Deleting(),
		"label": text(o.Label("a")), "a label that is a number": text(o.Label("n")), "annotation": text(o.Annotation("b")),
		"evidence": text(o.Annotation("kubectl.kubernetes.io/last-applied-configuration")), "job's label": text(o.JobLabel("c")),
	}
	want := map[string]any{
		"kind": batch.CronJob, "name": "n", "generateName": "n-", "namespace": "ns", "deleting": true,
		"label": "1 true", "a label that is a number": " false", "annotation": "2 true", "evidence": " false", "job's label": "3 true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNumbersAreOneValueHoweverWritten(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"6": "6", "6.0": "6", "6e0": "6", "60E-1": "6", "-0": "0", "1.5": "1.5", "2147483647": "2147483647",
		"9223372036854775807": "9223372036854775807", "9223372036854775808": "9223372036854775808", "1e3": "1000",
	} {
		term, ok := parse(t, batch.Job, `{"spec":{"backoffLimit":`+written+`}}`).Lookup(path("job/spec/backoffLimit"))
		if !ok || term.String() != want {
			t.Errorf("%s is read as %v, want %s", written, term, want)
		}
	}
}
