package manifest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAProblemTellsWhetherItIsAboutWhatMatters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want []bool // whether each problem is about another text
	}{
		"text that cannot be read":              {"a: b: c\n", []bool{true}},
		"text that matters":                     {"this: b: c\n", []bool{false}},
		"each document by itself":               {"a: b: c\n---\nthis: b: c\n", []bool{true, false}},
		"a document without an apiVersion":      {"kind: A\n", []bool{true}},
		"no text":                               {"\x00", []bool{true}},
		"letters with zeros between them":       {"t\x00h\x00i\x00s\x00", []bool{false}},
		"what stands behind the end":            {"apiVersion: v1\nkind: A\n...\nb: 1\n", []bool{true}},
		"a line that begins like a separator":   {"--- b: 1\n", []bool{true}},
		"a template of which nobody knows what": {"a: {{ this }}\n", []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Reader{In: bytes.NewReader([]byte(test.text)), Matters: func(text []byte) bool { return bytes.Contains(text, []byte("this")) }}
			var got []bool
			for _, err := range r.All(t.Context(), []string{Stdin}) {
				if p, told := errors.AsType[*Problem](err); told {
					got = append(got, p.Other)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestTemplatesOfAChartAreKnownByTheirPlace(t *testing.T) {
	t.Parallel()
	const chart = "apiVersion: v2\nname: shop\n"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"shop/Chart.yaml": chart, "shop/charts/a b/Chart.yaml": chart, "templates/Chart.yaml": chart, "decoy/Chart.yaml": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const braces = "a: 1\nb: {{ .c }}\n"
	for name, test := range map[string]struct{ path, text, want string }{
		"a template":                       {"shop/templates/a.yaml", braces, "shop"},
		"one further down":                 {"shop/templates/a/b/c.yaml", braces, "shop"},
		"one of a chart in a chart":        {"shop/charts/a b/templates/c.yaml", braces, "CHART"},
		"one without anything to fill in":  {"shop/templates/a.yaml", "a: 1\n", ""},
		"one in quotes":                    {"shop/templates/a.yaml", "a:\n- '{{ .c }}'\n", "shop"},
		"braces in a comment alone":        {"shop/templates/a.yaml", "a: 1 # {{\n", ""},
		"a decoy of a chart":               {"decoy/templates/a.yaml", braces, ""},
		"values":                           {"shop/values.yaml", braces, ""},
		"templates of something else":      {"other/templates/a.yaml", braces, ""},
		"a chart that is called templates": {"templates/a.yaml", braces, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := template(filepath.Join(dir, test.path), []byte(test.text))
			if test.want == "" {
				if p != nil {
					t.Errorf("%v", p)
				}
				return
			}
			chart := test.want
			if chart != "CHART" {
				chart = filepath.Join(dir, chart)
			}
			want := &Problem{
				File: filepath.Join(dir, test.path), Place: Place{2, 4}, Document: -1, Template: true,
				Message: "is a Helm template, not a manifest; render it first: helm template " + chart + " | batchgate check -",
			}
			if diff := cmp.Diff(want, p); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
