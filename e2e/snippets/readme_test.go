package snippets

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

const root = "../.."

// bin is a directory with batchgate, kubectl and helm, for the PATH of every test.
var bin string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "batchgate-snippets-")
	code := 1
	if err == nil {
		bin = dir
		if err = tools(dir); err == nil {
			code = m.Run()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func tools(dir string) error {
	for _, b := range []struct{ in, name, of string }{
		{root, "batchgate", "./cmd/batchgate"},
		{"../tools/helm", "helm", "helm.sh/helm/v4/cmd/helm"},
	} {
		build := exec.Command("go", "build", "-o", filepath.Join(dir, b.name), b.of)
		build.Dir, build.Env = b.in, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", b.name, err, out)
		}
	}
	if err := os.Symlink("batchgate", filepath.Join(dir, "kubectl-batchgate")); err != nil {
		return err
	}
	binaries, err := controlplane.Build(context.Background(), os.Stderr)
	if err != nil {
		return err
	}
	return os.Symlink(filepath.Join(binaries.Dir, "kubectl"), filepath.Join(dir, "kubectl"))
}

// work is a directory as somebody's repository could be.
func work(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"deploy/job.yaml":                  job("report", 50),
		"deploy/fine.yaml":                 job("fine", 2),
		"other.yaml":                       "services: [web]\n",
		"tsconfig.json":                    "{\n  // what the compiler does\n  \"strict\": true\n}\n",
		"Chart.yaml":                       "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
		"templates/job.yaml":               strings.Replace(job("{{ .Release.Name }}", 7), "backoffLimit: 7", "backoffLimit: {{ .Values.retries }}", 1),
		"values.yaml":                      "retries: 50\n",
		"overlays/prod/kustomization.yaml": "resources: [job.yaml]\nnamePrefix: prod-\nbuildMetadata: [originAnnotations]\n",
		"overlays/prod/job.yaml":           job("nightly", 50),
		".helmignore":                      "overlays\ndeploy\nother.yaml\ntsconfig.json\n",
		"overlays/prod/.gitkeep":           "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func job(name string, retries int) string {
	return fmt.Sprintf("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: %s\nspec:\n  backoffLimit: %d\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: main\n          image: registry.example.com/report:1.2.3\n", name, retries)
}

// bash runs a script, and gives its output and exit status.
func bash(t *testing.T, dir, script string, env ...string) (string, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append([]string{"PATH=" + bin + ":" + os.Getenv("PATH")}, env...)...)
	r := controlplane.Run(cmd)
	return r.Output, r.Code
}

// section is what the README says about CI.
func section(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\n## In CI\n")
	section, _, ends := strings.Cut(after, "\n## ")
	if !found || !ends {
		t.Fatal("the README has no section about CI")
	}
	return section
}

// block is a fenced block that begins with something.
func block(t *testing.T, begins string) string {
	t.Helper()
	for _, found := range regexp.MustCompile("(?s)```(?:yaml|console)\n(.*?)```").FindAllStringSubmatch(section(t), -1) {
		if strings.HasPrefix(found[1], begins) {
			return found[1]
		}
	}
	t.Fatalf("the README has no block that begins with %q", begins)
	return ""
}

func TestThePipes(t *testing.T) {
	ran := 0
	for line := range strings.Lines(block(t, "helm template")) {
		dir := work(t)
		out, code := bash(t, dir, strings.TrimSpace(line))
		if code != 1 || !strings.Contains(out, "spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)") {
			t.Errorf("%s: exit status %d: %s", strings.TrimSpace(line), code, out)
		}
		if strings.HasPrefix(line, "helm") && !strings.Contains(out, "from shop/templates/job.yaml") {
			t.Errorf("helm's source is not told: %s", out)
		}
		if strings.HasPrefix(line, "kubectl") && !strings.Contains(line, "fix") && !strings.Contains(out, "from job.yaml") {
			t.Errorf("the origin that Kustomize notes is not told: %s", out)
		}
		ran++
	}
	if ran != 3 {
		t.Errorf("%d pipes, expected 3", ran)
	}
}

func TestTheJobOfGitLab(t *testing.T) {
	var file map[string]struct {
		Script    []string
		Artifacts struct{ Reports map[string]string }
	}
	if err := yaml.Unmarshal([]byte(block(t, "# GitLab CI")), &file); err != nil {
		t.Fatal(err)
	}
	dir := work(t)
	script := strings.ReplaceAll(strings.Join(file["batchgate"].Script, "\n"), "go install github.com/batchgate/batchgate/cmd/batchgate@main", "batchgate version")
	if strings.Contains(script, "go run") {
		t.Error("go run ends with 1 where batchgate ends with 2")
	}
	if out, code := bash(t, dir, script); code != 1 || !strings.Contains(out, "deploy/job.yaml:6:17: refused: ") {
		t.Errorf("exit status %d: %s", code, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "deploy", "broken.yaml"), []byte("kind: Job\na: b: c\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := bash(t, dir, script); code != 2 {
		t.Errorf("what cannot be read ends with %d: %s", code, out)
	}
	for _, name := range file["batchgate"].Artifacts.Reports {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(text), "backoff-limit") {
			t.Errorf("%s: %v: %s", name, err, text)
		}
	}
}

func TestTheHooksOfPreCommit(t *testing.T) {
	var hooks []struct{ ID, Entry, Language string }
	text, err := os.ReadFile(filepath.Join(root, ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &hooks); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Repos []struct{ Hooks []struct{ ID string } }
	}
	if err := yaml.Unmarshal([]byte(block(t, "# .pre-commit-config.yaml")), &config); err != nil {
		t.Fatal(err)
	}
	dir := work(t)
	const files = " deploy/fine.yaml deploy/job.yaml other.yaml Chart.yaml templates/job.yaml tsconfig.json"
	for _, used := range config.Repos[0].Hooks {
		ran := false
		for _, hook := range hooks {
			if hook.ID != used.ID {
				continue
			}
			ran = true
			out, code := bash(t, dir, hook.Entry+files)
			want := map[string]int{"batchgate-fix": 0, "batchgate-check": 1}[hook.ID]
			if code != want || hook.Language != "golang" {
				t.Errorf("%s: exit status %d, expected %d: %s", hook.ID, code, want, out)
			}
		}
		if !ran {
			t.Errorf("there is no hook %s", used.ID)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "deploy", "fine.yaml")); err != nil || !strings.Contains(string(text), "ttlSecondsAfterFinished: 86400") {
		t.Errorf("it is not fixed: %v: %s", err, text)
	}
}

func TestThePluginOfKubectl(t *testing.T) {
	dir := work(t)
	if out, code := bash(t, dir, "kubectl batchgate check deploy"); code != 1 || !strings.Contains(out, "deploy/job.yaml:6:17: refused: ") {
		t.Errorf("exit status %d: %s", code, out)
	}
	if out, code := bash(t, dir, "kubectl batchgate check --help"); code != 0 || !strings.Contains(out, "kubectl batchgate check [PATH…|-] [flags]") {
		t.Errorf("exit status %d: %s", code, out)
	}
	if out, code := bash(t, dir, "source <(batchgate completion bash) && batchgate __complete check --client ''"); code != 0 || !strings.HasPrefix(out, "apply\nssa\ncreate\n") {
		t.Errorf("exit status %d: %s", code, out)
	}
}
