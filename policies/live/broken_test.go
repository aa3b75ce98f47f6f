package live

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/source"
)

// aLine is a path of the set, with or without the place in it, and what is wrong there.
var aLine = func() *regexp.Regexp { return regexp.MustCompile(`(?m)^DIR(/[^:\n]+)?(:\d+(:\d+)?)?: \S+`) }

// TestAThousandBrokenSetsReplaceNothing breaks a set in all the ways above, each of them differently each time.
func TestAThousandBrokenSetsReplaceNothing(t *testing.T) {
	t.Parallel()
	sets := 1000
	if testing.Short() {
		sets = 100
	}
	mount := t.TempDir()
	dir := filepath.Join(mount, "policy")
	l, err := New(Options{Spec: dir})
	if err != nil {
		t.Fatal(err)
	}
	// version puts a set in the place of the one before, as a mounted ConfigMap does.
	version := func(n int, s set) {
		t.Helper()
		name := fmt.Sprintf("version-%d", n)
		s.write(t, filepath.Join(mount, name))
		if err := os.Symlink(name, dir+".new"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(dir+".new", dir); err != nil {
			t.Fatal(err)
		}
		l.attempt(t.Context(), source.Look(dir))
		if err := os.RemoveAll(filepath.Join(mount, fmt.Sprintf("version-%d", n-1))); err != nil {
			t.Fatal(err)
		}
	}
	version(0, whole())
	first := l.Last()
	if first.Result != Loaded {
		t.Fatalf("the set that is to be broken does not load: %v", first.Err)
	}
	judge := l.current.Load()
	line := aLine()
	ways := breakages()
	for n := range sets {
		way, chance := ways[n%len(ways)], rand.New(rand.NewPCG(1, uint64(n)))
		s := whole()
		way.do(chance, s)
		version(n+1, s)
		a := l.Last()
		if a.Result != Failed || a.Identity != first.Identity || l.current.Load() != judge {
			t.Fatalf("set %d, %s: %s, %s is in force; expected %s to stay\n%s", n, way.what, a.Result, a.Identity, first.Identity, s.files[way.file])
		}
		if l.Ready() != nil {
			t.Errorf("set %d, %s: not ready: %v", n, way.what, l.Ready())
		}
		message := strings.ReplaceAll(a.Err.Error(), dir, "DIR")
		named := "DIR/" + way.file
		if way.line {
			named += ":"
		}
		if !line.MatchString(message) || !strings.Contains(message, strings.TrimSuffix(named, "/")) || strings.Contains(message, "panic") || strings.Contains(message, "goroutine") {
			t.Errorf("set %d, %s: got\n%s\nexpected lines that name %s and say what is wrong", n, way.what, message, named)
		}
	}
	version(sets+1, whole())
	if a := l.Last(); a.Result != Unchanged {
		t.Errorf("the set that was whole: %s (%v)", a.Result, a.Err)
	}
}
