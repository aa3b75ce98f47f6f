package batch_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/batchgate/batchgate/policies/batch"
)

// FuzzParse: nothing panics; what is read is JSON to encoding/json too, with
// the same spec; and what is skipped changes no verdict. The converse does not
// hold: Parse is stricter, as its documentation says.
func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		`{}`, `{"metadata":null,"spec":{}}`, placesJob, placesCronJob, `{"spec":{"a":1,"a":2}}`, `{"spec":[]}`, `{"spec":{"a":1e999}}`,
		`{"metadata":{"managedFields":[{"operation":"Apply","fieldsV1":{"f:spec":{}}}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{}}"}}}`,
		"{\"spec\":{\"a\":\"\xff\"}}", `{"spec":{"a":"\ud800"}}`, `{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"b:c@d","resources":{"limits":{"cpu":"1e9"}}}]}}}}`,
	} {
		f.Add([]byte(doc))
	}
	files, err := filepath.Glob("testdata/[0-9]*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var r review
		if err := json.Unmarshal(data, &r); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(r.Request.Object))
	}
	little := batch.NewKeep([][]string{path("containers/*/image"), path("job/spec/backoffLimit")})
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		for _, kind := range []batch.Kind{batch.Job, batch.CronJob} {
			o, err := batch.Parse(kind, raw, nil)
			part, partErr := batch.Parse(kind, raw, little)
			if err == nil && partErr != nil {
				t.Fatalf("everything is read, less is not: %v", partErr)
			}
			if err != nil {
				continue
			}
			if !json.Valid(raw) {
				t.Fatalf("read what encoding/json calls invalid")
			}
			o.Views()
			batch.OwnerOf(o, "u").Term()
			for _, view := range probes() {
				o.Lookup(view)
				o.Locate(view)
				o.Reach(view)
				o.Intent(view, part)
			}
			o.AuthorSent("a")
			if batch.SpecChanged(o, part) {
				t.Fatal("an object differs from itself")
			}
		}
		if !bytes.Equal(before, raw) {
			t.Fatal("the input was changed")
		}
	})
}
