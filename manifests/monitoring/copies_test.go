package monitoring_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/manifests/monitoring"
)

func TestWhatIsMadeFromAlertsAndDashboardIsUpToDate(t *testing.T) {
	t.Parallel()
	copies, err := monitoring.Copies(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range copies {
		got, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatalf("%v; run: make docs", err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("manifests/%s is stale, run: make docs\n%s", name, diff)
		}
	}
}
