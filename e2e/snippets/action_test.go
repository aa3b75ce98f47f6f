package snippets

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// action is as much of action.yml as a runner needs for its scripts.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			Name, Uses, Run, Shell string
			Env                    map[string]string
		}
	}
}

// use runs the steps of the action that have a script, as a runner does.
func use(t *testing.T, dir string, inputs map[string]string) (output string, code int, files map[string]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	for name := range inputs {
		if _, known := a.Inputs[name]; !known {
			t.Fatalf("the action has no input %s", name)
		}
	}
	value := func(expression string) string {
		switch name, input := strings.CutPrefix(expression, "inputs."); {
		case input:
			if given, ok := inputs[name]; ok {
				return given
			}
			return a.Inputs[name].Default
		case expression == "github.action_path":
			return path
		}
		t.Fatalf("${{ %s }} is not known", expression)
		return ""
	}
	expression := regexp.MustCompile(`\$\{\{ *([^ ]+) *\}\}`)
	env := []string{"RUNNER_TEMP=" + temp, "GITHUB_OUTPUT=" + filepath.Join(temp, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(temp, "summary"), "CI=true"}
	for _, step := range a.Runs.Steps {
		if step.Run == "" {
			continue
		}
		if expression.MatchString(step.Run) {
			t.Errorf("%s: an input is part of the script, where it could be anything", step.Name)
		}
		all := env
		for name, text := range step.Env {
			all = append(all, name+"="+expression.ReplaceAllStringFunc(text, func(found string) string {
				return value(expression.FindStringSubmatch(found)[1])
			}))
		}
		if output, code = bash(t, dir, step.Run, all...); code != 0 {
			break
		}
	}
	files = map[string]string{}
	for _, name := range []string{"output", "summary"} {
		text, _ := os.ReadFile(filepath.Join(temp, name))
		files[name] = string(text)
	}
	return output, code, files
}

func TestTheStepOfGitHub(t *testing.T) {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string
				With map[string]any
			}
		}
	}
	if err := yaml.Unmarshal([]byte(block(t, "# GitHub Actions")), &workflow); err != nil {
		t.Fatal(err)
	}
	dir := work(t)
	if out, code := bash(t, dir, "git init -q -b main && git add deploy/fine.yaml && git -c user.name=a -c user.email=a@example.com commit -q -m a && git update-ref refs/remotes/origin/main HEAD && git add . && git -c user.name=a -c user.email=a@example.com commit -q -m b"); code != 0 {
		t.Fatal(out)
	}
	ran := false
	for _, step := range workflow.Jobs["batchgate"].Steps {
		if !strings.HasPrefix(step.Uses, "batchgate/batchgate@") {
			continue
		}
		ran = true
		inputs := map[string]string{}
		for name, value := range step.With {
			inputs[name] = value.(string)
		}
		out, code, files := use(t, dir, inputs)
		if code != 1 || !strings.Contains(out, "::error file=deploy/job.yaml,line=6,col=17,title=backoff-limit::") || strings.Contains(out, "deploy/fine.yaml") {
			t.Errorf("exit status %d: %s", code, out)
		}
		if files["output"] != "exit-status=1\n" || !strings.Contains(files["summary"], "#### Refused") {
			t.Errorf("the runner is told %q, the summary is %s", files["output"], files["summary"])
		}
		if text, err := os.ReadFile(filepath.Join(dir, inputs["sarif-file"])); err != nil || !strings.Contains(string(text), `"ruleId": "backoff-limit"`) {
			t.Errorf("%v: %s", err, text)
		}
	}
	if !ran {
		t.Error("the workflow does not use the action")
	}
}

func TestTheInputsOfTheActionAreNoScript(t *testing.T) {
	dir := work(t)
	out, code, _ := use(t, dir, map[string]string{"paths": "deploy/fine.yaml $(touch owned)", "policy": "recommended; touch owned", "namespace": "a`touch owned`"})
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Errorf("an input was run: exit status %d: %s", code, out)
	}
	if out, code, _ := use(t, dir, map[string]string{"paths": "deploy/fine.yaml\ndeploy/job.yaml", "fail-on": "refused", "html-file": "r.html"}); code != 1 {
		t.Errorf("exit status %d: %s", code, out)
	}
}

func TestTheActionReadsAWholeRepository(t *testing.T) {
	dir := work(t)
	if out, code, files := use(t, dir, nil); code != 1 || !strings.Contains(out, "::error file=deploy/job.yaml,line=6") || strings.Contains(out, "tsconfig.json") || !strings.Contains(out, "others passed over") {
		t.Errorf("exit status %d, %q: %s", code, files["output"], out)
	}
	if out, code, _ := use(t, dir, map[string]string{"ignore-others": "false"}); code != 2 || !strings.Contains(out, "tsconfig.json") {
		t.Errorf("exit status %d: %s", code, out)
	}
}

func TestTheActionNamesAnInputThatIsEmpty(t *testing.T) {
	out, code, files := use(t, work(t), map[string]string{"paths": " \n"})
	if code != 2 || !strings.Contains(out, "::error::batchgate: the input paths is empty; expected files, directories or globs") || files["output"] != "exit-status=2\n" {
		t.Errorf("exit status %d, %q: %s", code, files["output"], out)
	}
}
