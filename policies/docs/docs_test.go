package docs_test

import (
	"flag"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/docs"
	"github.com/batchgate/batchgate/policies/regotest"
)

var update = flag.Bool("update", false, "write the page of the test's own rule")

func TestPagesAreUpToDate(t *testing.T) {
	t.Parallel()
	pages := bundled(t)
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v; run: make docs", err)
			continue
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("policies/%s is stale, run: make docs\n%s", name, diff)
		}
	}
	written, err := filepath.Glob("../rules/*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range written {
		name := strings.TrimPrefix(filepath.ToSlash(file), "../")
		if pages[name] == nil {
			t.Errorf("policies/%s is the page of no rule", name)
		}
	}
}

func TestFactsAreUpToDate(t *testing.T) {
	t.Parallel()
	want, err := docs.Facts()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(policies.Facts)); diff != "" {
		t.Errorf("policies/facts.json is stale, run: make docs\n%s", diff)
	}
}

func TestPagesHaveTheirPartsInOneOrder(t *testing.T) {
	t.Parallel()
	order := []string{
		"What it fills in", "What it refuses", "Parameters", "Examples", "Configuring it", "References",
	}
	heading := regexp.MustCompile(`(?m)^## (.+)$`)
	for name, page := range bundled(t) {
		if name == "README.md" || name == "GUIDE.md" {
			continue
		}
		if !strings.HasPrefix(string(page), "<!-- Generated ") {
			t.Errorf("%s does not begin by saying that it is generated", name)
		}
		var found []string
		for _, match := range heading.FindAllSubmatch(page, -1) {
			found = append(found, string(match[1]))
		}
		want := slices.DeleteFunc(slices.Clone(order), func(part string) bool {
			optional := part == "What it fills in" || part == "Parameters"
			return optional && !slices.Contains(found, part)
		})
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if n := strings.Count(string(page), "```"); n%2 != 0 {
			t.Errorf("%s has %d fences", name, n)
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[a-z-]+)?\)`)
	for name, page := range bundled(t) {
		for _, match := range link.FindAllSubmatch(page, -1) {
			target := path.Join(path.Dir(name), string(match[1]))
			text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(target)))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if anchor := strings.TrimPrefix(string(match[2]), "#"); anchor != "" &&
				!strings.Contains(strings.ToLower(string(text)), "\n## "+strings.ReplaceAll(anchor, "-", " ")+"\n") {
				t.Errorf("%s: %s has no heading %s", name, target, anchor)
			}
		}
	}
}

func TestAPageOfAnyRule(t *testing.T) {
	t.Parallel()
	page, err := docs.Page(docs.Rule{
		Rule: &catalogue.Rule{
			Name: "one-pod", Title: "Jobs run one Pod", Description: "Why not.", Severity: "low", Since: "v1.0.0",
			References: []string{"https://example.com/"},
			Params: []config.Param{
				{Name: "exempt", Description: "a | b", Default: []any{"x y", "true", "1", "10Mi", "a|b"}, Schema: []byte(`{"type":"array","items":{"type":"string"}}`)},
				{Name: "most", Description: "most Pods", Default: 1, Schema: []byte(`{"type":"integer","minimum":1,"maximum":9}`)},
				{Name: "mode", Description: "which", Default: "soft", Schema: []byte(`{"type":"string","enum":["soft","hard"]}`)},
				{Name: "none", Description: "nothing", Default: map[string]any{}, Schema: []byte(`{"type":"object"}`)},
			},
			Heads: []catalogue.Head{
				{Path: []string{"cronjob", "spec", "suspend"}},
				{Path: []string{"pod", "spec", "restartPolicy"}},
				{Path: []string{"containers"}, Container: true, Rest: []string{"resources", "limits"}},
			},
			Denies: true,
		},
		Examples: []*regotest.Example{
			{Name: "refused-two-pods-of-a-job", Object: "kind: Job\n", Findings: "refused: spec.parallelism is 2|3\n"},
			{Name: "refused-two-pods-of-a-cronjob", Object: "kind: CronJob\n", Findings: "refused: spec.jobTemplate.spec.parallelism is 2|3\n"},
			{Name: "refused-a-third", Object: "not shown\n"},
			{Name: "filled-a-cronjob", Given: "client: ssa\n", Object: "kind: CronJob\n", Changes: "spec.suspend: false\nspec.a: x -> y -> z\n"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "one-pod.md")
	if *update {
		if err := os.WriteFile(golden, page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(page), "\n")); diff != "" {
		t.Errorf("%s (-want +got)\n%s", golden, diff)
	}
}

func TestTheIndexNamesEveryRuleOnce(t *testing.T) {
	t.Parallel()
	pages := bundled(t)
	index := string(pages["README.md"])
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		if name != "README.md" && strings.Count(index, "("+name+")") != 1 {
			t.Errorf("%s is linked %d times", name, strings.Count(index, "("+name+")"))
		}
	}
}

func bundled(t *testing.T) map[string][]byte {
	t.Helper()
	pages, err := docs.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}
