package apiserver_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
)

// FuzzDefault holds defaulting to its promises for any body: twice is as good
// as once, JSON and back is the same object, and nothing panics on the way to a
// verdict.
func FuzzDefault(f *testing.F) {
	for _, c := range goldenCases(f) {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		object, _, err := apiserver.Decode(body, apiserver.Ignore)
		if err != nil {
			checkIsRefusal(t, err)
			return
		}
		decoded := encoded(t, object)
		if again := encoded(t, redecode(t, decoded)); !bytes.Equal(decoded, again) {
			t.Errorf("decoded again (-before +after):\n%s", cmp.Diff(string(decoded), string(again)))
		}
		object.Default()
		once := encoded(t, object)
		object.Default()
		if twice := encoded(t, object); !bytes.Equal(once, twice) {
			t.Errorf("defaulted twice (-once +twice):\n%s", cmp.Diff(string(once), string(twice)))
		}
		back := redecode(t, once)
		if again := encoded(t, back); !bytes.Equal(once, again) {
			t.Errorf("decoded again (-before +after):\n%s", cmp.Diff(string(once), string(again)))
		}
		back.Default()
		if again := encoded(t, back); !bytes.Equal(once, again) {
			t.Errorf("decoded and defaulted again (-before +after):\n%s", cmp.Diff(string(once), string(again)))
		}
		judge(object, body)
	})
}

// judge goes through what follows on a create, for its panics.
func judge(object *apiserver.Object, body []byte) {
	object.Admit("team")
	object.LeaveEvidence(apiserver.Apply, body)
	object.LeaveEvidence(apiserver.ServerSideApply, body)
	object.Prepare("UID")
	object.NotCovered()
	object.Validate()
	object.Warnings()
}

// FuzzToJSON feeds documents of any kind to the reader: what becomes JSON is
// valid JSON, bounded by its input, that Decode judges the same under every
// field validation but for fields. Its seeds are in testdata/fuzz.
func FuzzToJSON(f *testing.F) {
	f.Fuzz(func(t *testing.T, document []byte) {
		doc, err := apiserver.ToJSON(document)
		if err != nil {
			return
		}
		if !json.Valid(doc) {
			t.Fatalf("no JSON: %q", doc)
		}
		// Aliases may repeat what they name, but not without end.
		if most := 1<<20 + 1000*len(document); len(doc) > most {
			t.Errorf("%d bytes became %d", len(document), len(doc))
		}
		_, _, ignored := apiserver.Decode(doc, apiserver.Ignore)
		_, _, warned := apiserver.Decode(doc, apiserver.Warn)
		_, _, strict := apiserver.Decode(doc, apiserver.Strict)
		if (ignored == nil) != (warned == nil) || ignored != nil && strict == nil {
			t.Errorf("Ignore says %v, Warn %v, Strict %v", ignored, warned, strict)
		}
		for _, err := range []error{ignored, warned, strict} {
			if err != nil {
				checkIsRefusal(t, err)
			}
		}
	})
}

func checkIsRefusal(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*apiserver.DecodeError](err); !ok || err.Error() == "" {
		t.Errorf("the error is a %T: %v", err, err)
	}
}

func encoded(t *testing.T, object *apiserver.Object) []byte {
	t.Helper()
	data, err := object.JSON()
	if err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	return data
}

func redecode(t *testing.T, body []byte) *apiserver.Object {
	t.Helper()
	object, warnings, err := apiserver.Decode(body, apiserver.Strict)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("what was written cannot be read: %v %v\n%s", err, warnings, body)
	}
	return object
}
