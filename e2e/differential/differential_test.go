package differential

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
)

// What both sides give an object that the API server would make up.
const (
	uid       = "0b0c0d0e-1111-2222-3333-444455556666"
	namespace = "team"
)

func TestThePortAndTheAPIServerAgree(t *testing.T) {
	n, seed := setting(t, "BATCHGATE_DIFFERENTIAL", 8000), setting(t, "BATCHGATE_SEED", 1)
	server := newKubernetes(t)
	var seen tally
	failed := 0
	for number := range n {
		doc := newGrammar(seed, number).document()
		got, object := ours(t, doc)
		want, crashed := theirs(t, server, doc)
		judged := object != nil && len(object.NotCovered()) == 0
		seen.add(want, crashed, judged)
		if crashed {
			if len(got.Errors) == 0 {
				t.Errorf("object %d of seed %d: the API server panics, the port accepts\n%s", number, seed, doc.body)
			}
			continue
		}
		if !judged {
			want.Errors, got.Errors = nil, nil
		}
		if want.Unwarned {
			got.Warnings, got.Unwarned = nil, true
		}
		if diff := difference(want, got); diff != "" {
			t.Errorf("object %d of seed %d, %s (-kubernetes +here):\n%s\n%s", number, seed, doc.validation, diff, doc.body)
			if failed++; failed == 10 {
				t.FailNow()
			}
		}
	}
	seen.check(t)
}

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text, ok := os.LookupEnv(name)
	if !ok {
		return otherwise
	}
	value, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return value
}

func ours(t *testing.T, doc document) (answer, *apiserver.Object) {
	t.Helper()
	object, ignored, err := apiserver.Decode(doc.body, doc.validation)
	if err != nil {
		return answer{Refusal: err.Error()}, nil
	}
	out := answer{Ignored: ignored}
	object.Default()
	object.Admit(namespace)
	out.Defaulted = plain(t, object)
	object.Prepare(uid)
	out.Prepared = plain(t, object)
	out.Errors = said(object.Validate())
	out.Warnings = sorted(object.Warnings())
	return out, object
}

func theirs(t *testing.T, server kubernetes, doc document) (out answer, crashed bool) {
	t.Helper()
	object, ignored, refusal := server.decode(doc.body, doc.kind, doc.validation)
	if refusal != "" {
		return answer{Refusal: refusal}, false
	}
	out, crashed = server.create(t, object, doc.kind)
	out.Ignored = ignored
	return out, crashed
}

// difference names the lines of two lists that differ, whole.
func difference(want, got answer) string {
	var out strings.Builder
	for _, list := range []struct {
		name string
		a, b []string
	}{{"errors", want.Errors, got.Errors}, {"warnings", want.Warnings, got.Warnings}} {
		have := map[string]int{}
		for _, line := range list.a {
			have[line]++
		}
		for _, line := range list.b {
			have[line]--
		}
		for line, n := range have {
			switch {
			case n > 0:
				out.WriteString(list.name + " - " + line + "\n")
			case n < 0:
				out.WriteString(list.name + " + " + line + "\n")
			}
		}
	}
	want.Errors, want.Warnings, got.Errors, got.Warnings = nil, nil, nil, nil
	return out.String() + cmp.Diff(want, got)
}
