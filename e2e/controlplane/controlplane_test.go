package controlplane

import (
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAControlPlaneStartsAnswersAndStops(t *testing.T) {
	binaries, err := Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Start(t.Context(), binaries, Options{})
	if err != nil {
		t.Fatal(err)
	}
	version := c.Kubectl(t.Context(), "", "version")
	if want := "Server Version: " + binaries.Version; !strings.Contains(version.Stdout, want) {
		t.Errorf("kubectl version said %q, expected %q in it", version.Output, want)
	}
	processes := c.processes
	if err := c.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	for _, p := range processes {
		if p.ended() == nil {
			t.Errorf("%s still runs after Stop", p.name)
		}
	}
	if _, err := os.Stat(c.Dir()); !os.IsNotExist(err) {
		t.Errorf("%s is still there after Stop: %v", c.Dir(), err)
	}
}
