package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/source"
)

// collected keeps what is reported.
type collected struct{ objects []*report.Object }

func (c *collected) Object(o *report.Object) error {
	o.Identify()
	c.objects = append(c.objects, o)
	return nil
}
func (c *collected) Close(report.Summary) error { return nil }

// checked judges files under the recommended policy as `batchgate check` does.
func checked(t testing.TB) func(t testing.TB, o checkOptions) []*report.Object {
	t.Helper()
	set, err := source.Load(source.DefaultPreset)
	if err != nil {
		t.Fatal(err)
	}
	e, err := tried(t.Context(), set, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return func(t testing.TB, o checkOptions) []*report.Object {
		t.Helper()
		o.client, o.validation, o.namespace, o.now = "apply", "strict", "default", time.Now
		all := &collected{}
		c := &checking{out: &outputs{formats: []report.Format{all}}}
		if err := o.check(t.Context(), c, e, strings.NewReader("")); err != nil {
			t.Fatal(err)
		}
		return all.objects
	}
}

// spot is what is found and where, of a finding or a change.
type spot struct {
	what         string // "refused spec.backoffLimit"
	line, column int
}

func spotsOf(o *report.Object) (all []spot) {
	for _, f := range o.Findings {
		all = append(all, spot{fmt.Sprintf("%s %s %s", f.Does(), f.Rule, f.Field), f.Line, f.Column})
	}
	for _, c := range o.Changes {
		all = append(all, spot{"fill " + c.Rule + " " + c.Field, c.Line, c.Column})
	}
	if o.Error != nil {
		all = append(all, spot{"error", o.Error.Line, o.Error.Column})
	}
	if o.Child != nil {
		for _, s := range spotsOf(o.Child) {
			s.what = "child " + s.what
			all = append(all, s)
		}
	}
	return all
}

// mark stands in a layout before what has to be pointed at.
const mark = "▸"

// unmarked is a layout without its mark, and where that stood.
func unmarked(t testing.TB, text string) (string, int, int) {
	t.Helper()
	before, after, found := strings.Cut(text, mark)
	if !found || strings.Contains(after, mark) {
		t.Fatalf("expected one %s in\n%s", mark, text)
	}
	visible := strings.TrimPrefix(before[strings.LastIndexByte(before, '\n')+1:], "\ufeff")
	return before + after, 1 + strings.Count(before, "\n"), 1 + len([]rune(visible))
}

// TestFindingsPointAtWhatIsWrong has a layout for each way to write a manifest.
func TestFindingsPointAtWhatIsWrong(t *testing.T) {
	t.Parallel()
	judge := checked(t)
	names := map[string]bool{}
	for _, l := range layouts() {
		if names[l.name] {
			t.Errorf("%q stands twice", l.name)
		}
		names[l.name] = true
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			text, line, column := unmarked(t, l.text)
			extension := ".yaml"
			if strings.HasPrefix(strings.TrimSpace(text), "{") && json.Valid([]byte(text)) {
				extension = ".json"
			}
			path := filepath.Join(t.TempDir(), "in"+extension)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var all []spot
			for _, o := range judge(t, checkOptions{paths: []string{path}}) {
				all = append(all, spotsOf(o)...)
			}
			want := spot{l.what, line, column}
			for _, s := range all {
				if s == want {
					return
				}
			}
			t.Errorf("expected %+v, found %+v in\n%s", want, all, text)
		})
	}
	if len(names) < 60 {
		t.Errorf("%d layouts, expected at least 60", len(names))
	}
}

func TestAFindingNamesTheFileThatAPersonEdits(t *testing.T) {
	t.Parallel()
	judge := checked(t)
	path := filepath.Join(t.TempDir(), "rendered.yaml")
	text := "---\n# Source: shop/templates/report.yaml\n" + job + "---\n# Source: shop/charts/db/templates/backup.yaml\n" + strings.Replace(job, "{name: report}",
		"{name: backup}", 1) + "---\n" + strings.Replace(job, "{name: report}",
		"{name: third, annotations: {config.kubernetes.io/origin: \"path: base/third.yaml\\n\"}}", 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range judge(t, checkOptions{paths: []string{path}}) {
		got = append(got, fmt.Sprintf("%s %d %s", o.Name, o.Line, o.Origin))
	}
	want := []string{"report 3 shop/templates/report.yaml", "backup 14 shop/charts/db/templates/backup.yaml", "third 24 base/third.yaml"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}
