package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

var (
	long   = flag.Bool("long", false, "measure beside conftest")
	rounds = flag.Int("rounds", 5, "how often")
)

const policies = "testdata"

// program builds one.
func program(t *testing.T, in, of string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, of)
	build.Dir, build.Env = in, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// run is what one run took.
type run struct {
	wall, cpu time.Duration
	memory    int64 // KiB
	out       []byte
}

func timed(t *testing.T, env []string, name string, args ...string) run {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%s: %v\n%s", name, err, errs.String())
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return run{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory: usage.Maxrss, out: out.Bytes()}
}

func ours(dir string) []string {
	return []string{"check", "--policy", filepath.Join(policies, "batchgate", "policy.yaml"), "-o", "json", dir}
}

func theirs(dir string) []string {
	return []string{"test", "--policy", filepath.Join(policies, "conftest"), "-o", "json", dir}
}

// refusedByUs are the files that batchgate refuses.
func refusedByUs(t *testing.T, out []byte) map[string]bool {
	t.Helper()
	var report struct {
		Objects []struct{ File, Verdict string }
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	refused := map[string]bool{}
	for _, o := range report.Objects {
		refused[o.File] = o.Verdict == "refused"
	}
	return refused
}

func refusedByThem(t *testing.T, out []byte) map[string]bool {
	t.Helper()
	var report []struct {
		Filename string
		Failures []any
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	refused := map[string]bool{}
	for _, o := range report {
		refused[o.Filename] = refused[o.Filename] || len(o.Failures) > 0
	}
	return refused
}

func same(t *testing.T, who string, bad, refused map[string]bool) {
	t.Helper()
	for path, is := range bad {
		if refused[path] != is {
			text, _ := os.ReadFile(path)
			t.Fatalf("%s: refused %v, expected %v:\n%s", who, refused[path], is, text)
		}
	}
}

func TestTheRulesRefuseWhatBreaksThem(t *testing.T) {
	batchgate := program(t, "../..", "./cmd/batchgate")
	dir, bad := generate(t, 60)
	same(t, "batchgate", bad, refusedByUs(t, timed(t, nil, batchgate, ours(dir)...).out))
}

func TestBesideConftest(t *testing.T) {
	if !*long {
		t.Skip("make compare")
	}
	batchgate, conftest := program(t, "../..", "./cmd/batchgate"), program(t, "../tools/conftest", "github.com/open-policy-agent/conftest")
	dir, bad := generate(t, 2000)
	one, _ := generate(t, 1)
	same(t, "batchgate", bad, refusedByUs(t, timed(t, nil, batchgate, ours(dir)...).out))
	same(t, "conftest", bad, refusedByThem(t, timed(t, nil, conftest, theirs(dir)...).out))
	results := map[string][]run{}
	for range *rounds {
		for _, in := range []struct{ name, dir string }{{"2,000 manifests", dir}, {"one manifest", one}} {
			results[in.name+", batchgate"] = append(results[in.name+", batchgate"], timed(t, nil, batchgate, ours(in.dir)...))
			results[in.name+", conftest"] = append(results[in.name+", conftest"], timed(t, nil, conftest, theirs(in.dir)...))
		}
		results["2,000 manifests, batchgate on one core"] = append(results["2,000 manifests, batchgate on one core"], timed(t, []string{"GOMAXPROCS=1"}, batchgate, ours(dir)...))
	}
	for _, n := range []int{500, 2000, 8000} {
		many, _ := generate(t, n)
		name := fmt.Sprintf("%d manifests, batchgate to the end of a pipe", n)
		results[name] = append(results[name], timed(t, nil, batchgate, append(ours(many)[:3], many)...))
	}
	median := map[string]time.Duration{}
	for _, name := range slices.Sorted(maps.Keys(results)) {
		runs := results[name]
		slices.SortFunc(runs, func(a, b run) int { return int(a.wall - b.wall) })
		m := runs[len(runs)/2]
		median[name] = m.wall
		t.Logf("%-50s wall %5d ms (%d to %d), CPU %5d ms, %4d MiB", name, m.wall.Milliseconds(), runs[0].wall.Milliseconds(),
			runs[len(runs)-1].wall.Milliseconds(), m.cpu.Milliseconds(), m.memory>>10)
	}
	for _, name := range []string{"2,000 manifests", "one manifest"} {
		t.Logf("%s: batchgate takes %.2f of conftest's time, on %d cores", name, float64(median[name+", batchgate"])/float64(median[name+", conftest"]), runtime.NumCPU())
	}
}
