package docs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
)

func TestTheGuideNamesEveryBundledRule(t *testing.T) {
	t.Parallel()
	bundled, err := catalogue.Load(catalogue.Layer{Name: "policies", FS: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	g, err := readGuide()
	if err != nil {
		t.Fatal(err)
	}
	named := g.rules()
	for _, rule := range bundled.Rules {
		if !slices.Contains(named, rule.Name) {
			t.Errorf("guide.yaml: names %s nowhere; expected it at what it embodies, or under beyond", rule.Name)
		}
		named = slices.DeleteFunc(named, func(name string) bool { return name == rule.Name })
	}
	for _, name := range named {
		t.Errorf("guide.yaml: there is no rule %s", name)
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
