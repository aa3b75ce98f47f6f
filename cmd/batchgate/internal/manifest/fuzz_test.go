package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
)

// FuzzRead holds the reader to the one that kubectl uses: what that one reads,
// this one reads, with the same values. Where that one stops, this one may go
// on. Nothing panics, and every place lies in the file.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "a: 1", "---\na: 1\n---\n# nothing\n---\nb: [1, {c: d}]\n", "{\"a\": 1}\n{\"b\": 2}", "{\"a\": 1}\n---\nb: 1\n",
		"a: &x {b: 1}\nc: {<<: *x}\n", "a: yes\nb: 0x1f\nc: 1_000\nd: .5\n", "a: [\n---\nb: 1\n", "--- x\na: 1\n", "a: 1\n...\nb: 2\n",
		"kind: List\napiVersion: v1\nitems:\n- kind: Job\n  apiVersion: batch/v1\n", "\ufeffa: 1", "a: {{ .x }}", "a: 1\r\n---\r\nb: 2\r\n",
		"a: &a [*a]", "? [a]\n: b\n", "a: !!binary aGk=\n", "{\"a\":1}{\"b\":2}{", "a: \"\\ud83d\\ude00\"", "a: 1\na: 2\n", "y: 1\nyes: 2\n1: a\n\"1\": b\n~: c\nnull: d\n", "a: {b: 1, \"b\": 2}", "0: 0\n0. : 8", written,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		theirs, stopped := kubectl(data)
		text, trouble := decoded(Stdin, data)
		if trouble != nil {
			return // binary, of which kubectl makes something or other
		}
		var ours []any
		failed := false
		for part := range split(text) {
			_, problem := part.documents(File{Path: Stdin}, 0)
			value, _, err := part.value()
			if err != nil || part.separator != "" {
				failed = true
				if problem == nil {
					t.Errorf("nothing is said about %v", err)
				}
				if stopped {
					break // kubectl reads no further either
				}
				continue
			}
			if v := plain(value); v != nil {
				ours = append(ours, v)
			}
		}
		if !stopped && failed {
			t.Errorf("kubectl reads all of it")
		}
		if len(ours) < len(theirs) {
			t.Fatalf("%d documents, kubectl reads %d", len(ours), len(theirs))
		}
		if diff := cmp.Diff(theirs, ours[:len(theirs)], cmpopts.EquateEmpty()); diff != "" && !ofTwoMinds(data, theirs) {
			t.Errorf("values (-kubectl +here):\n%s", diff)
		}
		lines := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + bytes.Count(text, []byte("\u0085")) +
			bytes.Count(text, []byte("\u2028")) + bytes.Count(text, []byte("\u2029")) + 1
		for d, err := range (Reader{In: bytes.NewReader(data)}).All(t.Context(), []string{Stdin}) {
			at := Place{}
			if problem, ok := errors.AsType[*Problem](err); ok {
				at = problem.Place
			} else if err != nil {
				t.Fatal(err)
			} else {
				if !json.Valid(d.JSON) {
					t.Errorf("no JSON: %q", d.JSON)
				}
				at = d.Locate("spec.template[0].a")
				unique := d.unique
				d.unique = false
				if found := d.Duplicates(); unique && len(found) > 0 {
					t.Errorf("unique, and %s stands twice", found[0].Field)
				}
			}
			if at.Line < 0 || at.Line > lines+1 {
				t.Errorf("line %d of %d", at.Line, lines)
			}
		}
	})
}

// kubectl reads documents as its resource builder does, and tells whether it
// gave up before the end.
func kubectl(data []byte) (all []any, stopped bool) {
	text, trouble := decoded(Stdin, data)
	if trouble != nil {
		return nil, true
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var document runtime.RawExtension
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return all, false
		case err != nil:
			return all, true
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		if v := plain(raw); v != nil {
			all = append(all, v)
		}
	}
}

// ofTwoMinds tells whether kubectl reads something else another time: of the keys 0 and
// 0., both "0" in JSON, it sends whichever comes last in a map without order.
func ofTwoMinds(data []byte, before []any) bool {
	for range 32 {
		if again, _ := kubectl(data); !cmp.Equal(before, again) {
			return true
		}
	}
	return false
}

func plain(raw []byte) any {
	var v any
	if kjson.UnmarshalCaseSensitivePreserveInts(raw, &v) != nil {
		return nil
	}
	return v
}
