package engine

import (
	"encoding/json"
	"fmt"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func value(t testing.TB, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

func TestSplicedChangesWhatAPatchSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw, want string
		ops       []PatchOp
	}{
		"nothing":                         {`{"a" : 1}`, `{"a" : 1}`, nil},
		"a member is added":               {`{"a":{"b":1}}`, `{"a":{"b":1,"c":2}}`, []PatchOp{{"add", "/a/c", []byte("2")}}},
		"a member of an empty object":     {`{"a":{ }}`, `{"a":{ "c":2}}`, []PatchOp{{"add", "/a/c", []byte("2")}}},
		"a value is replaced":             {`{"a" : {"b" : 1 , "c":3}}`, `{"a" : {"b" : 2 , "c":3}}`, []PatchOp{{"replace", "/a/b", []byte("2")}}},
		"a null is replaced":              {`{"a":null}`, `{"a":{"b":1}}`, []PatchOp{{"replace", "/a", []byte(`{"b":1}`)}}},
		"the only member is removed":      {`{"a":{"b":1}}`, `{"a":{}}`, []PatchOp{{Op: "remove", Path: "/a/b"}}},
		"the first member is removed":     {`{"b":1, "c":2}`, `{ "c":2}`, []PatchOp{{Op: "remove", Path: "/b"}}},
		"the last member is removed":      {`{"b":1 ,"c":2}`, `{"b":1}`, []PatchOp{{Op: "remove", Path: "/c"}}},
		"the first goes, the next grows":  {`{"b":1,"c":{}}`, `{"c":{"d":1}}`, []PatchOp{{Op: "remove", Path: "/b"}, {"add", "/c/d", []byte("1")}}},
		"the only goes, another comes":    {`{"b":1}`, `{"c":2}`, []PatchOp{{Op: "remove", Path: "/b"}, {"add", "/c", []byte("2")}}},
		"an item of a list":               {`{"l":[{"a":1},{"b":2}]}`, `{"l":[{"a":1},{"b":3}]}`, []PatchOp{{"replace", "/l/1/b", []byte("3")}}},
		"a key with a slash and a tilde":  {`{"a":{}}`, `{"a":{"b/c~d":1}}`, []PatchOp{{"add", "/a/b~1c~0d", []byte("1")}}},
		"a key that is written otherwise": {`{"\u0061":1}`, `{"\u0061":2}`, []PatchOp{{"replace", "/a", []byte("2")}}},
	} {
		got, err := spliced([]byte(test.raw), test.ops)
		if string(got) != test.want || err != nil {
			t.Errorf("%s: got %s (%v), want %s", name, got, err, test.want)
		}
	}
}

func TestSplicedRefusesAPatchThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw string
		op  PatchOp
	}{
		"through what is not there":   {`{}`, PatchOp{"add", "/a/b", []byte("1")}},
		"through a number":            {`{"a":1}`, PatchOp{"add", "/a/b", []byte("1")}},
		"an item that is not there":   {`{"a":[]}`, PatchOp{"add", "/a/0/b", []byte("1")}},
		"removal of what is not":      {`{"a":{}}`, PatchOp{Op: "remove", Path: "/a/b"}},
		"replacement of what is not":  {`{"a":{}}`, PatchOp{"replace", "/a/b", []byte("1")}},
		"an object that does not end": {`{"a":{"b":`, PatchOp{"replace", "/a/b", []byte("1")}},
	} {
		if got, err := spliced([]byte(test.raw), []PatchOp{test.op}); err == nil {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// TestSplicedDoesWhatRFC6902Says compares with a library.
func TestSplicedDoesWhatRFC6902Says(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		members := map[string]any{}
		for _, key := range []string{"a", "b", "c/d"} {
			switch rapid.IntRange(0, 3).Draw(rt, key) {
			case 1:
				members[key] = rapid.Int().Draw(rt, "number")
			case 2:
				members[key] = map[string]any{"x": []any{1, map[string]any{}}, "y": "<&>"}
			case 3:
				members[key] = nil
			}
		}
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(rt, "indent")
		raw, err := json.MarshalIndent(map[string]any{"spec": members}, "", indent)
		if err != nil {
			rt.Fatal(err)
		}
		var ops []PatchOp
		for _, key := range []string{"a", "b", "c/d", "e"} {
			_, there := members[key]
			path := pointer([]string{"spec", key})
			switch op := rapid.SampledFrom([]string{"", "add", "replace", "remove"}).Draw(rt, "op"); {
			case op == "add" && !there:
				ops = append(ops, PatchOp{op, path, []byte(`{"new":true}`)})
			case op == "replace" && there:
				ops = append(ops, PatchOp{op, path, []byte(`"<new>"`)})
			case op == "remove" && there:
				ops = append(ops, PatchOp{Op: op, Path: path})
			}
		}
		encoded, err := json.Marshal(ops)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := spliced(raw, ops)
		if err != nil {
			rt.Fatal(err)
		}
		want := raw
		if len(ops) > 0 {
			patch, err := jsonpatch.DecodePatch(encoded)
			if err == nil {
				want, err = patch.Apply(raw)
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		if diff := cmp.Diff(value(t, want), value(t, got)); diff != "" {
			rt.Error(fmt.Sprintf("%s\nof %s (-want +got):\n%s", encoded, raw, diff))
		}
	})
}
