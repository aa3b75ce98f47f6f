package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/batchgate/batchgate/policies/live"
)

// verb makes the test binary the process of a trial.
const verb = "try-policy"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == verb {
		if err := Serve(context.Background(), os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// memory is what a trial gets here.
const memory = 192 << 20

const rule = `# METADATA
# title: Jobs are small
# description: A Job that runs many Pods at once starves others.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["small-jobs"]

deny contains {"field": ["job", "spec", "parallelism"], "msg": "is more than 3"} if input.job.spec.parallelism > 3
`

// set is a policy directory with one rule.
func set(t *testing.T, text, test string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"policy.yaml":                           "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: tried}\nextends: audit\n",
		"rules/small-jobs/small-jobs.rego":      text,
		"rules/small-jobs/small-jobs_test.rego": test,
	} {
		if content == "" {
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// doubling are rules each of which holds the one before twice.
func doubling(n int) string {
	text := "\n_x0 := {\"a\": 1}\n"
	for i := 1; i < n; i++ {
		text += fmt.Sprintf("\n_x%d := {\"a\": _x%d, \"b\": _x%d}\n", i, i-1, i-1)
	}
	return text + fmt.Sprintf("\ndeny contains {\"field\": [\"job\"], \"msg\": \"is odd\"} if _x%d.a.a == 7\n", n-1)
}

// tested is a test with a body.
func tested(body string) string {
	return "package batchgate.rules_test[\"small-jobs\"]\n\ntest_it if {\n\t" + body + "\n}\n"
}

func process(t *testing.T) Process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Process{Program: program, Args: []string{verb}, Memory: memory, Time: MostTime}
}

func TestATrialSaysWhatIsWrongWithASet(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("memory is bounded on Linux only")
	}
	for name, test := range map[string]struct {
		text, test string
		time       time.Duration // 0: the default
		want       []string      // none: it passes
		undecided  bool
	}{
		"a set that is right":                      {text: rule, test: tested(`true`)},
		"a word that nobody knows":                 {text: strings.Replace(rule, "parallelism >", "paralelism >", 1), want: []string{"DIR/rules/small-jobs/small-jobs.rego:11:", "paralelism"}},
		"a test that fails":                        {text: rule, test: tested(`false`), want: []string{"DIR/rules/small-jobs/small-jobs_test.rego:4: is not true"}},
		"rules that double":                        {text: rule + doubling(40), want: []string{"DIR: its rules and tests take more than 192 MiB to load; expected less"}, undecided: true},
		"arrays in arrays":                         {text: rule + "\n_n := " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "\n", want: []string{"DIR: its rules and tests take more than 192 MiB"}, undecided: true},
		"comprehensions in comprehensions":         {text: rule + "\n_n := " + strings.Repeat("[1 | ", 3000) + "true" + strings.Repeat("]", 3000) + "\n", time: 3 * time.Second, want: []string{"DIR: its rules and tests were not loaded within 3s"}, undecided: true},
		"a test that makes a long array":           {text: rule, test: tested(`count(numbers.range(1, 50000000)) > 0`), want: []string{"DIR: its rules and tests take more than 192 MiB"}, undecided: true},
		"a test that makes a long string of parts": {text: rule, test: tested("s0 := \"batchgate\"\n\t" + stringsThatDouble(31) + "count(s30) > 0"), want: []string{"DIR: its rules and tests take more than 192 MiB"}, undecided: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := process(t), set(t, test.text, test.test)
			if test.time > 0 {
				p.Time = test.time
			}
			err := p.Try(t.Context(), dir)
			if len(test.want) == 0 {
				if err != nil {
					t.Fatalf("got %v, expected it to pass", err)
				}
				return
			}
			var undecided *live.Undecided
			if err == nil || errors.As(err, &undecided) != test.undecided {
				t.Fatalf("got %v, expected an error that is undecided: %v", err, test.undecided)
			}
			got := strings.ReplaceAll(err.Error(), dir, "DIR")
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nexpected %q in it", got, want)
				}
			}
			if strings.Contains(got, "goroutine") || strings.Contains(got, "runtime") {
				t.Errorf("got\n%s\nexpected words for whoever wrote the set", got)
			}
		})
	}
}

func stringsThatDouble(n int) (text string) {
	for i := 1; i < n; i++ {
		text += fmt.Sprintf("s%d := concat(\"\", [s%d, s%d])\n\t", i, i-1, i-1)
	}
	return text
}

func TestATrialThatCannotBeMadeIsUndecided(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]Process{
		"no program":                   {Program: filepath.Join(t.TempDir(), "nothing"), Memory: memory, Time: time.Minute},
		"a program that says nothing":  {Program: "/bin/true", Memory: memory, Time: time.Minute},
		"a program that fails at once": {Program: "/bin/false", Memory: memory, Time: time.Minute},
	} {
		var undecided *live.Undecided
		if err := p.Try(t.Context(), "policies"); !errors.As(err, &undecided) || !strings.HasPrefix(err.Error(), "policies: could not be tried: ") {
			t.Errorf("%s: got %v, expected that policies could not be tried", name, err)
		}
	}
}

func TestATrialEndsWithWhoAskedForIt(t *testing.T) {
	t.Parallel()
	p, dir := process(t), set(t, rule+"\n_n := "+strings.Repeat("[1 | ", 3000)+"true"+strings.Repeat("]", 3000)+"\n", "")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := p.Try(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, expected that it was given up", err)
	}

	// Who asked may be killed, and then only the end of the pipe tells.
	cmd := exec.CommandContext(t.Context(), p.Program, verb, fmt.Sprint(p.Memory), "10m", dir)
	hold, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := hold.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("it ended with %v, expected exit status 1", err)
	}
}
