package manifest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// read gives the only document of a text.
func read(t testing.TB, text string) *Document {
	t.Helper()
	var found *Document
	for d, err := range (Reader{In: strings.NewReader(text)}).All(t.Context(), []string{Stdin}) {
		if err != nil {
			t.Fatal(err)
		}
		found = d
	}
	if found == nil {
		t.Fatal("no document")
	}
	return found
}

const written = `# a comment
---
apiVersion: batch/v1
kind: Job
metadata:
  name: report
  labels:
    app.kubernetes.io/name: report
spec:
  template:
    spec:
      containers:
        - name: main
          resources:
            limits: {cpu: 1, "nvidia.com/gpu": 2}
        - # after a comment
          name: helper
          image: busybox
`

func TestWhereAFieldStands(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		field string
		want  Place
	}{
		"the document":                 {"", Place{3, 1}},
		"a key":                        {"kind", Place{4, 1}},
		"a key inside":                 {"metadata.name", Place{6, 3}},
		"a key with dots, in brackets": {"metadata.labels[app.kubernetes.io/name]", Place{8, 5}},
		"a key with dots, as the decoder names it": {"metadata.labels.app.kubernetes.io/name", Place{8, 5}},
		"an item of a list":                        {"spec.template.spec.containers[0]", Place{13, 11}},
		"a second item, below its comment":         {"spec.template.spec.containers[1]", Place{17, 11}},
		"a field of an item":                       {"spec.template.spec.containers[1].image", Place{18, 11}},
		"an item by its name":                      {"spec.template.spec.containers[helper].image", Place{18, 11}},
		"a list without its index":                 {"spec.template.spec.containers.image", Place{18, 11}},
		"a key in braces":                          {"spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]", Place{15, 30}},
		"a field that is not there":                {"spec.backoffLimit", Place{9, 1}},
		"a field of an item that is not there":     {"spec.template.spec.containers[0].image", Place{13, 11}},
		"an item that is not there":                {"spec.template.spec.containers[7].image", Place{12, 7}},
		"a part that is not there":                 {"status.conditions[0]", Place{3, 1}},
		"below a scalar":                           {"metadata.name.first", Place{6, 3}},
		"a bracket that is not closed":             {"metadata.labels[app", Place{7, 3}},
		"nonsense":                                 {"..[[]].", Place{3, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, read(t, written).Locate(test.field)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.field, diff)
			}
		})
	}
}

func TestWhereAFieldStandsBehindALineBreakThatOnlyYAMLSees(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want Place
	}{
		"in a comment":                {"kind: Job # a\u2028# b\napiVersion: batch/v1\nspec: 1\n", Place{3, 1}},
		"in a quoted text":            {"apiVersion: v1\nkind: \"a\u2029b\"\nspec: 1\n", Place{3, 1}},
		"a next line":                 {"apiVersion: v1\nkind: Job # \u0085 # b\n\nspec: 1\n", Place{4, 1}},
		"a carriage return alone":     {"apiVersion: v1 # a\r\nkind: Job # b\r# c\r\nspec: 1\r\n", Place{3, 1}},
		"in the same line":            {"{kind: \"é\u2028b\", apiVersion: v1, spec: 1}\n", Place{1, 31}},
		"in JSON":                     {"{\"apiVersion\": \"v1\", \"kind\": \"a\u2028b\",\n  \"spec\": 1}", Place{2, 3}},
		"in a document after another": {"# \u2028 \nkind: A\napiVersion: v1\n---\nkind: Job # \u2028 # a\napiVersion: v1\nspec: 1\n", Place{7, 1}},
		"none":                        {"apiVersion: v1\nkind: Job\nspec: 1\n", Place{3, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last *Document
			for d, err := range (Reader{In: strings.NewReader(test.text)}).All(t.Context(), []string{Stdin}) {
				if err != nil {
					t.Fatal(err)
				}
				last = d
			}
			if diff := cmp.Diff(test.want, last.Locate("spec")); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestWhereAFieldStandsInAnItemOfAList(t *testing.T) {
	t.Parallel()
	list := "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n- apiVersion: batch/v1\n  kind: Job\n  spec:\n    backoffLimit: 1\n"
	var places []Place
	for d, err := range (Reader{In: strings.NewReader(list)}).All(t.Context(), []string{Stdin}) {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, d.Place, d.Locate("spec.backoffLimit"), d.Locate("nothing"))
	}
	want := []Place{{4, 3}, {4, 3}, {4, 3}, {6, 3}, {9, 5}, {6, 3}}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestKeysThatStandTwice(t *testing.T) {
	t.Parallel()
	d := read(t, "apiVersion: batch/v1\nkind: Job\nspec:\n  a: 1\n  b: {c: 1, c: 2}\n  a: 2\n  l: [{x: 1, x: 1}]\n")
	want := []Duplicate{
		{Field: "spec.b.c", At: Place{5, 13}, Lost: Place{5, 7}},
		{Field: "spec.a", At: Place{6, 3}, Lost: Place{4, 3}},
		{Field: "spec.l[0].x", At: Place{7, 14}, Lost: Place{7, 8}},
	}
	if diff := cmp.Diff(want, d.Duplicates()); diff != "" {
		t.Errorf("duplicates (-want +got):\n%s", diff)
	}
	if got := d.Locate("spec.a"); got != (Place{6, 3}) {
		t.Errorf("the key that counts is at %v", got)
	}
	if string(d.JSON) == "" || !strings.Contains(string(d.JSON), `"a":2`) {
		t.Errorf("a client sends %s", d.JSON)
	}
}

// TestEveryFieldIsFound writes objects in the usual style and looks each of
// their fields up again.
func TestEveryFieldIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`[a-z]{1,5}`)
		object := map[string]any{"apiVersion": "v1", "kind": "Thing"}
		fields := map[string]string{"kind": "kind"}
		at, path := object, ""
		for range rapid.IntRange(1, 6).Draw(t, "depth") {
			name := key.Draw(t, "key")
			if name == "kind" {
				name = "kinds"
			}
			below := map[string]any{}
			path = strings.TrimPrefix(path+"."+name, ".")
			if rapid.Bool().Draw(t, "list") {
				at[name] = []any{map[string]any{"skipped": 1}, below}
				path += "[1]"
			} else {
				at[name] = below
			}
			below["leaf"] = 1
			fields[path+".leaf"] = "leaf"
			at = below
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for d, err := range (Reader{In: strings.NewReader(string(text))}).All(t.Context(), []string{Stdin}) {
			if err != nil {
				t.Fatal(err)
			}
			for field, name := range fields {
				p := d.Locate(field)
				if !strings.HasPrefix(lines[p.Line-1][p.Column-1:], name+":") {
					t.Fatalf("%s is at %v, which is not in\n%s", field, p, text)
				}
				if !d.Has(field) || d.Has(field+"x") {
					t.Fatalf("%s: is it there?\n%s", field, text)
				}
			}
		}
	})
}

func TestFilesAreFoundInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b.yaml", "a/z.yml", "a/a.json", "c.txt", ".git/x.yaml", "a.yaml"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for d, err := range (Reader{}).All(t.Context(), []string{dir}) {
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(dir, d.File)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.ToSlash(name))
	}
	if diff := cmp.Diff([]string{"a/a.json", "a/z.yml", "a.yaml", "b.yaml"}, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestWhereALongTextBreaksBehindALineBreakThatOnlyYAMLSees(t *testing.T) {
	t.Parallel()
	text := "a: 1 # \u2028# b\n" + strings.Repeat("# "+strings.Repeat("c", 98)+"\n", longestSearch/100+1) + "d: e: f\n"
	for _, err := range (Reader{In: strings.NewReader(text)}).All(t.Context(), []string{Stdin}) {
		p, told := errors.AsType[*Problem](err)
		if !told {
			t.Fatal(err)
		}
		if want := (Place{strings.Count(text, "\n"), 1}); p.Place != want {
			t.Errorf("%v, expected line %d", p, want.Line)
		}
	}
}
