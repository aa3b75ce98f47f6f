package source_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/source"
)

// A rule that is left out refuses nothing, and nobody is told.
func TestARuleThatCannotBeReadIsNeverLeftOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		make func(t *testing.T, dir string)
		want string
	}{
		"a link that leads nowhere": {
			link("../elsewhere", "rules/team-label"),
			"DIR/rules/team-label:1:1: is a symbolic link that leads nowhere; expected the directory of a rule",
		},
		"a link out of the directory": {
			link("../../../elsewhere", "rules/team-label"),
			"DIR/rules/team-label:1:1: path escapes from parent; expected the directory of a rule",
		},
		"a link out of the directory with a full path": {
			link("/etc", "rules/team-label"),
			"DIR/rules/team-label:1:1: path escapes from parent; expected the directory of a rule",
		},
		"a link that goes round": {
			link("team-label", "rules/team-label"),
			"DIR/rules/team-label:1:1: too many levels of symbolic links; expected the directory of a rule",
		},
		"a directory that cannot be read": {
			locked("rules/team-label"),
			"DIR/rules/team-label:1:1: permission denied; expected the directory of a rule",
		},
	} {
		for _, spec := range []string{"", "policy.yaml"} {
			t.Run(name+", "+spec, func(t *testing.T) {
				dir := write(t, map[string]string{"policy.yaml": policy, "rules/README": "ours\n"})
				test.make(t, dir)
				unprivileged(t, dir)
				if diff := cmp.Diff(test.want, problemsOf(filepath.Join(dir, spec), dir)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

func TestADirectoryOfRulesThatLeadsNowhereIsAnError(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"rules", "lib"} {
		dir := write(t, map[string]string{"policy.yaml": policy})
		link("gone", name)(t, dir)
		want := "DIR/" + name + ": is a symbolic link that leads nowhere; expected Rego files in it"
		for _, spec := range []string{"", "policy.yaml"} {
			if diff := cmp.Diff(want, problemsOf(filepath.Join(dir, spec), dir)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	}
}

func TestAPolicyFileHasTheRulesBesideIt(t *testing.T) {
	t.Parallel()
	own := map[string]string{"policy.yaml": policy, "rules/team-label/team-label.rego": ownRule}
	linked := func(t *testing.T) string { // a link to the policy, somewhere else
		t.Helper()
		to := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.Symlink(filepath.Join(write(t, own), "policy.yaml"), to); err != nil {
			t.Fatal(err)
		}
		return to
	}
	mounted := func(t *testing.T) string { // a volume of a ConfigMap
		t.Helper()
		dir := write(t, map[string]string{"..2026/policy.yaml": policy, "..2026/rules/team-label/team-label.rego": ownRule})
		for _, l := range [][2]string{{"..2026", "..data"}, {"..data/policy.yaml", "policy.yaml"}, {"..data/rules", "rules"}} {
			link(l[0], l[1])(t, dir)
		}
		return filepath.Join(dir, "policy.yaml")
	}
	for name, spec := range map[string]func(t *testing.T) string{
		"in a directory":   func(t *testing.T) string { t.Helper(); return filepath.Join(write(t, own), "policy.yaml") },
		"linked to":        linked,
		"in a volume":      mounted,
		"a volume's place": func(t *testing.T) string { t.Helper(); return filepath.Dir(mounted(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, ok := modes(load(t, spec(t)).Policy, "")["team-label"]; !ok {
				t.Error("its own rule is not bound")
			}
		})
	}
}

// problemsOf is why a set does not load.
func problemsOf(spec, dir string) string {
	_, err := source.Load(spec)
	if err == nil {
		return "loads"
	}
	return strings.ReplaceAll(err.Error(), dir, "DIR")
}

// locked makes a directory that its owner cannot read either.
func locked(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.Mkdir(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
}

// unprivileged makes root somebody else for the files that this goroutine opens
// until the test ends: nothing is locked for root.
func unprivileged(t *testing.T, dir string) {
	t.Helper()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // that of all directories of a test
		t.Fatal(err)
	}
	runtime.LockOSThread()
	became := func(user uintptr) { _, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, user, 0, 0) }
	became(65534)
	t.Cleanup(func() {
		became(uintptr(os.Geteuid()))
		runtime.UnlockOSThread()
	})
}
