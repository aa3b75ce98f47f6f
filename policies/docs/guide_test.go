package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
)

func TestTheGuideLeadsToEveryBundledRule(t *testing.T) {
	t.Parallel()
	bundled, err := catalogue.Load(catalogue.Layer{Name: "policies", FS: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "GUIDE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range bundled.Rules {
		if !strings.Contains(string(page), "(rules/"+rule.Name+"/README.md)") {
			t.Errorf("GUIDE.md leads to %s nowhere; make docs writes it", rule.Name)
		}
	}
	g, err := readGuide()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range g.rules() {
		if bundled.Rule(name) == nil {
			t.Errorf("guide.yaml: there is no rule %s", name)
		}
	}
}

func TestARuleThatTheGuideDoesNotNameIsBeyondIt(t *testing.T) {
	t.Parallel()
	g := &guide{Practices: []lesson{{Rules: []string{"named"}}}, Beyond: []extra{{Rule: "beyond", Why: "So."}}}
	g.complete([]*catalogue.Rule{{Name: "beyond"}, {Name: "fresh", Title: "Jobs are fresh"}, {Name: "named"}})
	want := []extra{{Rule: "beyond", Why: "So."}, {Rule: "fresh", Why: "Jobs are fresh."}}
	if diff := cmp.Diff(want, g.Beyond); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestThePageShowsWhatAProfileFillsIn(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "GUIDE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"| [pod-failure-policy](rules/pod-failure-policy/README.md) | warn | yes |  |",
		"| [cron-overlap](rules/cron-overlap/README.md) | as without it | yes | `replace: false` |",
		"| [gitops-rerun](rules/gitops-rerun/README.md) | enforce | no |  |",
		"| [cron-time-zone](rules/cron-time-zone/README.md) | warn | when configured |  |",
	} {
		if !strings.Contains(string(page), row) {
			t.Errorf("there is no row %s", row)
		}
	}
}

func TestEveryManifestOfTheGuideIsShown(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "GUIDE.md"))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := filepath.Glob(filepath.Join("..", "..", "e2e", "testdata", "guide", "*.txtar"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("%d manifests, %v", len(cases), err)
	}
	for _, file := range cases {
		if !strings.Contains(string(page), "/"+filepath.Base(file)+")") {
			t.Errorf("guide.yaml: shows %s nowhere", filepath.Base(file))
		}
	}
}

func TestEveryLessonIsWhole(t *testing.T) {
	t.Parallel()
	g, err := readGuide()
	if err != nil {
		t.Fatal(err)
	}
	for part, lessons := range map[string]struct {
		all  []lesson
		want int
	}{
		"practices":   {g.Practices, 6},
		"troubles":    {g.Troubles, 5},
		"types":       {g.Types, 3},
		"uses":        {g.Uses, 7},
		"corrections": {g.Corrections, 13},
	} {
		if len(lessons.all) != lessons.want {
			t.Errorf("%s: %d lessons, expected %d", part, len(lessons.all), lessons.want)
		}
		for _, l := range lessons.all {
			whole := l.Says != "" && len(l.Rules) > 0
			if part == "corrections" {
				whole = whole && l.Truth != ""
			} else {
				whole = whole && l.Does != "" && len(l.Cases) > 0
			}
			if !whole {
				t.Errorf("%s: lacks something: %+v", part, l)
			}
		}
	}
}
