package apiserver_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestADocumentIsDecodedAsTheAPIServerDoes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		doc      string // YAML
		fv       apiserver.FieldValidation
		want     string // the spec as JSON has it, "" for a document that is refused
		warnings []string
		refusal  string
		fields   []string
	}{
		"yes is true and 010 is eight, as in YAML 1.1": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec: {suspend: yes, backoffLimit: 010, template: {}}",
			want: `{"backoffLimit":8,"suspend":true}`,
		},
		"a boolean is no string": {
			doc:     "apiVersion: batch/v1\nkind: Job\nspec: {managedBy: on}",
			refusal: `Job in version "v1" cannot be handled as a Job: json: cannot unmarshal bool into Go struct field JobSpec.spec.managedBy of type string`,
		},
		"a string is no number": {
			doc:     "apiVersion: batch/v1\nkind: CronJob\nspec: {startingDeadlineSeconds: '5'}",
			refusal: `CronJob in version "v1" cannot be handled as a CronJob: json: cannot unmarshal string into Go struct field CronJobSpec.spec.startingDeadlineSeconds of type int64`,
		},
		"a merge key is merged without a word": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec:\n  <<: {backoffLimit: 1, parallelism: 2}\n  parallelism: 3",
			want: `{"backoffLimit":1,"parallelism":3}`,
		},
		"an anchor is what it stands for": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec: {parallelism: &n 4, completions: *n}",
			want: `{"completions":4,"parallelism":4}`,
		},
		"null is nothing": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec: {parallelism: null, suspend: ~, template: null}",
			want: `{}`,
		},
		"an integer of 64 bits is exact": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec: {activeDeadlineSeconds: 9007199254740993}",
			want: `{"activeDeadlineSeconds":9007199254740993}`,
		},
		"an integer of 33 bits is too big for a limit": {
			doc:     "apiVersion: batch/v1\nkind: Job\nspec: {backoffLimit: 4294967298}",
			refusal: `Job in version "v1" cannot be handled as a Job: json: cannot unmarshal number 4294967298 into Go struct field JobSpec.spec.backoffLimit of type int32`,
		},
		"a fraction is no integer, even a whole one in JSON": {
			doc:     `{"apiVersion": "batch/v1", "kind": "Job", "spec": {"parallelism": 1.5}}`,
			refusal: `Job in version "v1" cannot be handled as a Job: json: cannot unmarshal number 1.5 into Go struct field JobSpec.spec.parallelism of type int32`,
		},
		"a field that does not exist is refused under Strict": {
			doc:     "apiVersion: batch/v1\nkind: Job\nspec: {backofLimit: 1, template: {spec: {containers: [{nam: a}]}}}",
			refusal: `Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.backofLimit", unknown field "spec.template.spec.containers[0].nam"`,
			fields:  []string{"spec.backofLimit", "spec.template.spec.containers[0].nam"},
		},
		"a field that does not exist is warned of under Warn": {
			doc:      "apiVersion: batch/v1\nkind: Job\nspec: {backofLimit: 1}",
			fv:       apiserver.Warn,
			want:     `{}`,
			warnings: []string{`unknown field "spec.backofLimit"`},
		},
		"a field that does not exist is nothing under Ignore": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec: {backofLimit: 1}",
			fv:   apiserver.Ignore,
			want: `{}`,
		},
		"a value of the wrong type is refused under Ignore too": {
			doc:     "apiVersion: batch/v1\nkind: Job\nspec: {suspend: 1}",
			fv:      apiserver.Ignore,
			refusal: `Job in version "v1" cannot be handled as a Job: json: cannot unmarshal number into Go struct field JobSpec.spec.suspend of type bool`,
		},
		"a field in another case does not exist": {
			doc:      "apiVersion: batch/v1\nkind: Job\nspec: {Suspend: true}",
			fv:       apiserver.Warn,
			want:     `{}`,
			warnings: []string{`unknown field "spec.Suspend"`},
		},
		"an older version is not served": {
			doc:     "apiVersion: batch/v1beta1\nkind: CronJob",
			refusal: `no matches for kind "CronJob" in version "batch/v1beta1": the API server serves Job and CronJob in version "batch/v1"`,
		},
		"another kind is not batch work": {
			doc:     "apiVersion: batch/v1\nkind: JobSet",
			refusal: `no matches for kind "JobSet" in version "batch/v1": the API server serves Job and CronJob in version "batch/v1"`,
		},
		"a list is no object": {
			doc:     "[1]",
			refusal: "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string \"json:\\\"apiVersion\\\"\"; Kind string \"json:\\\"kind\\\"\" }",
		},
		"of several documents the first is read": {
			doc:  "apiVersion: batch/v1\nkind: Job\nspec: {parallelism: 1}\n---\napiVersion: batch/v1\nkind: Job\nspec: {parallelism: 2}",
			want: `{"parallelism":1}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := apiserver.ToJSON([]byte(c.doc))
			if err != nil {
				t.Fatal(err)
			}
			if c.fv == "" {
				c.fv = apiserver.Strict
			}
			object, warnings, err := apiserver.Decode(doc, c.fv)
			checkRefusal(t, err, c.refusal, c.fields)
			if err == nil {
				checkSpec(t, object, c.want)
			}
			if diff := cmp.Diff(c.warnings, warnings, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// What YAML cannot say, or is read otherwise by it.
func TestABodyIsDecodedAsTheAPIServerDoes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body     string
		fv       apiserver.FieldValidation
		want     string
		warnings []string
		refusal  string
		fields   []string
	}{
		"of a value that stands twice the last counts, with a warning": {
			body:     `{"apiVersion":"batch/v1","kind":"Job","spec":{"suspend":false,"suspend":true}}`,
			fv:       apiserver.Warn,
			want:     `{"suspend":true}`,
			warnings: []string{`duplicate field "spec.suspend"`},
		},
		"objects that stand twice are merged": {
			body:     `{"apiVersion":"batch/v1","kind":"Job","spec":{"selector":{"matchLabels":{"a":"1"}},"selector":{"matchLabels":{"b":"2"}}}}`,
			fv:       apiserver.Warn,
			want:     `{"selector":{"matchLabels":{"a":"1","b":"2"}}}`,
			warnings: []string{`duplicate field "spec.selector"`},
		},
		"what stands twice is refused under Strict": {
			body:    `{"apiVersion":"batch/v1","kind":"Job","spec":{"suspend":false,"suspend":true}}`,
			fv:      apiserver.Strict,
			refusal: `Job in version "v1" cannot be handled as a Job: strict decoding error: duplicate field "spec.suspend"`,
			fields:  []string{"spec.suspend"},
		},
		"what stands twice is merged without a word under Ignore": {
			body: `{"apiVersion":"batch/v1","kind":"Job","spec":{"suspend":false,"suspend":true}}`,
			fv:   apiserver.Ignore,
			want: `{"suspend":true}`,
		},
		"a whole number written as a fraction is no integer": {
			body:    `{"apiVersion":"batch/v1","kind":"Job","spec":{"parallelism":2.0}}`,
			fv:      apiserver.Strict,
			refusal: `Job in version "v1" cannot be handled as a Job: json: cannot unmarshal number 2.0 into Go struct field JobSpec.spec.parallelism of type int32`,
		},
		"rubbish behind the object is refused": {
			body:    `{"apiVersion":"batch/v1","kind":"Job"} x`,
			fv:      apiserver.Strict,
			refusal: "couldn't get version/kind; json parse error: invalid character 'x' after top-level value",
		},
		"a second object behind the object is refused": {
			body:    `{"apiVersion":"batch/v1","kind":"Job"}{}`,
			fv:      apiserver.Ignore,
			refusal: "couldn't get version/kind; json parse error: invalid character '{' after top-level value",
		},
		"nothing is refused": {
			fv:      apiserver.Strict,
			refusal: "couldn't get version/kind; json parse error: unexpected end of JSON input",
		},
		"null is no object of a kind": {
			body:    "null",
			fv:      apiserver.Strict,
			refusal: `no matches for kind "" in version "": the API server serves Job and CronJob in version "batch/v1"`,
		},
		"an amount without a meaning is refused": {
			body:    `{"apiVersion":"batch/v1","kind":"Job","spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"one"}}}]}}}}`,
			fv:      apiserver.Strict,
			refusal: `Job in version "v1" cannot be handled as a Job: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object, warnings, err := apiserver.Decode([]byte(c.body), c.fv)
			checkRefusal(t, err, c.refusal, c.fields)
			if err == nil {
				checkSpec(t, object, c.want)
			}
			if diff := cmp.Diff(c.warnings, warnings, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func checkRefusal(t *testing.T, err error, want string, fields []string) {
	t.Helper()
	if err == nil {
		if want != "" {
			t.Errorf("accepted, want %q", want)
		}
		return
	}
	if err.Error() != want {
		t.Errorf("refused with %q, want %q", err, want)
	}
	refusal, ok := errors.AsType[*apiserver.DecodeError](err)
	if !ok {
		t.Fatalf("the error is a %T", err)
	}
	if diff := cmp.Diff(fields, refusal.Fields, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// checkSpec compares a spec without the template that every Job's JSON has.
func checkSpec(t *testing.T, object *apiserver.Object, want string) {
	t.Helper()
	spec, ok := plain(t, object)["spec"].(map[string]any)
	if !ok {
		t.Fatal("no spec")
	}
	delete(spec, "template")
	if diff := cmp.Diff(tree(t, want), spec); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
}

func TestWhatIsNotYAMLHasNoJSON(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"a brace that does not close": "{a: 1",
		"a tab that indents":          "a:\n\tb: 1",
		"an alias of nothing":         "a: *b",
		"a bomb of aliases":           bomb(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out, err := apiserver.ToJSON([]byte(doc)); err == nil {
				t.Errorf("%d bytes of JSON", len(out))
			}
		})
	}
}

// bomb is a document of nine lists that each hold the one before nine times.
func bomb() string {
	var out strings.Builder
	out.WriteString("a0: &a0 [x]\n")
	for i, before := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8"} {
		name := string(rune('1' + i))
		out.WriteString("a" + name + ": &a" + name + " [" + strings.TrimSuffix(strings.Repeat("*a"+before+",", 9), ",") + "]\n")
	}
	return out.String()
}

func TestDeepNestingIsRefused(t *testing.T) {
	t.Parallel()
	const depth = 20_000
	for name, open := range map[string]string{"lists": "[", "objects": "{a: ", "items": "- "} {
		if out, err := apiserver.ToJSON([]byte(strings.Repeat(open, depth))); err == nil {
			t.Errorf("%s: %d bytes of JSON", name, len(out))
		}
	}
	body := `{"apiVersion":"batch/v1","kind":"Job","spec":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}"
	for _, fv := range []apiserver.FieldValidation{apiserver.Strict, apiserver.Warn, apiserver.Ignore} {
		_, _, err := apiserver.Decode([]byte(body), fv)
		checkRefusal(t, err, "couldn't get version/kind; json parse error: invalid character '[' exceeded max depth", nil)
	}
}
