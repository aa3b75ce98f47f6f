//go:build linux

package source_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/batchgate/batchgate/policies/source"
)

func TestWhatIsNoRegularFileIsNotRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		make  func(t *testing.T, dir string)
		spec  string
		want  string
	}{
		"a FIFO as the policy":                     {nil, fifo("policy.yaml"), ".", "policy.yaml: is not a regular file"},
		"a FIFO that is named":                     {nil, fifo("p"), "p", "p: is neither a file nor a directory"},
		"a FIFO as the rules":                      {map[string]string{"policy.yaml": policy}, fifo("rules"), ".", "rules: is not a directory"},
		"a link out of the directory as the rules": {map[string]string{"policy.yaml": policy}, link("/etc", "rules"), ".", "rules: path escapes from parent"},
		"a FIFO as a rule": {map[string]string{"policy.yaml": policy, "rules/team-label/x": ""},
			fifo("rules/team-label/team-label.rego"), ".", "team-label.rego"},
		"a link out of the directory": {map[string]string{"policy.yaml": policy, "rules/team-label/x": ""},
			link("/etc/hosts", "rules/team-label/team-label.rego"), ".", "team-label.rego"},
		"a policy that leads out of the directory": {nil, link("/etc/hosts", "policy.yaml"), ".", "policy.yaml: path escapes from parent"},
		"a link that goes round":                   {nil, link("policy.yaml", "policy.yaml"), ".", "policy.yaml: too many levels of symbolic links"},
		"a named link that goes round":             {nil, link("p", "p"), "p", "p: too many levels of symbolic links"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, test.files)
			test.make(t, dir)
			err := returns(t, func() error { _, err := source.Load(filepath.Join(dir, test.spec)); return err })
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q is not in: %v", test.want, err)
			}
		})
	}
}

func TestFilesThatCannotBeReadAreToldFromThoseThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		to     string
		unread bool
	}{
		"an error of the device":  {"/proc/self/mem", true}, // nothing is mapped at 0
		"a link that goes round":  {"p", false},
		"a link that leads away":  {"nowhere", false},
		"what is no policy":       {"/proc/self/limits", false},
		"a policy of another day": {"other", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{"other": "kind: Wrong\n"})
			link(test.to, "p")(t, dir)
			_, err := source.Load(filepath.Join(dir, "p"))
			var unread *source.Unread
			if err == nil || errors.As(err, &unread) != test.unread {
				t.Errorf("unread is to be %t: %v", test.unread, err)
			}
		})
	}
}

func fifo(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func link(to, name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}
