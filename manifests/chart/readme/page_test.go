package readme_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/manifests/chart/readme"
)

func TestThePageOfTheChartIsUpToDate(t *testing.T) {
	t.Parallel()
	chart := filepath.Join("..", "batchgate")
	want, err := readme.Page(os.DirFS(chart))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(chart, "README.md"))
	if err != nil {
		t.Fatalf("%v; run: make docs", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("the README.md of the chart is stale, run: make docs\n%s", diff)
	}
}

func TestValuesAreDescribedByTheirComments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values string
		rows   []string
		err    string
	}{
		"a scalar": {"# All of them.\n\n# How many\n# there are.\nreplicas: 2\n", []string{"| `replicas` | How many there are. | `2` |"}, ""},
		"keys with comments are rows": {
			"# The image.\nimage:\n  # Where.\n  repository: a/b\n  # Which.\n  tag: \"\"\n",
			[]string{"| `image.repository` | Where. | `a/b` |", "| `image.tag` | Which. | `\"\"` |"}, "",
		},
		"keys without comments are one value": {
			"# What it gets.\nresources:\n  limits:\n    memory: 1Gi\n",
			[]string{"| `resources` | What it gets. | `{limits: {memory: 1Gi}}` |"}, "",
		},
		"a bar does not end the cell": {"# This | that.\nmode: this\n", []string{`| This \| that. |`}, ""},
		"a key that nothing describes": {
			"# One.\none: 1\ntwo: 2\n", nil,
			"values.yaml:3: two has no comment; expected one above it that says what it does",
		},
		"a key among described ones": {
			"# Some.\nsome:\n  # One.\n  one: 1\n  two: 2\n", nil,
			"values.yaml:5: some.two has no comment; expected one above it that says what it does",
		},
		"no values": {"", nil, "values.yaml is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := readme.Page(fstest.MapFS{
				"Chart.yaml":  {Data: []byte("appVersion: v1\n")},
				"values.yaml": {Data: []byte(c.values)},
			})
			if got := message(err); got != c.err {
				t.Fatalf("error %q, expected %q", got, c.err)
			}
			for _, row := range c.rows {
				if !strings.Contains(string(page), row) {
					t.Errorf("no %s in\n%s", row, page)
				}
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
