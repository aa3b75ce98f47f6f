package manifests

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestEveryOverlayIsAsItsGoldenFileSays(t *testing.T) {
	t.Parallel()
	for name, components := range rendered.Overlays() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := rendered.Kustomize(t, components...)
			if len(rendered.Objects(t, text)) == 0 {
				t.Error("it has no objects")
			}
			golden(t, filepath.Join("kustomize", name+".yaml"), text)
		})
	}
}

func TestTheChartIsAsItsGoldenFilesSay(t *testing.T) {
	t.Parallel()
	for name, values := range rendered.ChartValues(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := rendered.Chart(t, values)
			if len(rendered.Objects(t, rendered.Everything(made))) == 0 {
				t.Error("it has no objects")
			}
			golden(t, filepath.Join("chart", name+".yaml"), rendered.Everything(made))
			golden(t, filepath.Join("notes", name+".txt"), made.Info.Notes)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run: go test ./manifests -update", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-golden +rendered), if it is meant: go test ./manifests -update\n%s", path, diff)
	}
}
