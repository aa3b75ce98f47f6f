package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/source"
)

// hostile are documents whose names and values try to be something else in a report.
const hostile = `apiVersion: batch/v1
kind: Job
metadata: {name: "<script>alert(1)</script>\u001b[2J::error::%0A|@all` + "`" + `\u202e"}
spec:
  backoffLimit: 50
  template: {spec: {restartPolicy: Never, containers: [{name: "]]>", image: "a&b\"'<b>\u0007:latest"}]}}
---
a: [
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, annotations: {config.kubernetes.io/origin: "path: base/a b,c%.yaml\n"}}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {backoffLimit: 50, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}
`

// reported is what each format says of files. The policy is the recommended one.
func reported(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	input := filepath.Join(dir, "in, put.yaml")
	if err := os.WriteFile(input, []byte(hostile), 0o600); err != nil {
		t.Fatal(err)
	}
	set, e, err := load(t.Context(), source.DefaultPreset, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	args := checkOptions{judging: judging{policy: source.DefaultPreset, client: "apply", validation: "strict", namespace: "default", now: time.Now, env: func(string) string { return "" }}, failOn: "refused"}
	for _, format := range checkFormats() {
		args.outputs = append(args.outputs, format+"="+filepath.Join(dir, format))
	}
	args.paths = []string{input, "-", "../../manifests/examples"}
	out, err := args.open(ioStreams{Out: os.Stdout}, set, e.Identity())
	if err != nil {
		t.Fatal(err)
	}
	c := &checking{out: out}
	if err := args.check(t.Context(), c, dryrun.Engine(e), strings.NewReader(hostile)); err != nil {
		t.Fatal(err)
	}
	if err := out.close(c.summary); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, format := range checkFormats() {
		text, err := os.ReadFile(filepath.Join(dir, format))
		if err != nil {
			t.Fatal(err)
		}
		all[format] = strings.ReplaceAll(string(text), dir, "DIR")
	}
	return all
}

func TestReportsAreWhatTheirSchemasAllow(t *testing.T) {
	t.Parallel()
	all := reported(t)
	t.Run("json", func(t *testing.T) { validate(t, report.Schema(), all["json"]) })
	t.Run("sarif", func(t *testing.T) {
		var r sarif.Report
		decoder := json.NewDecoder(strings.NewReader(all["sarif"]))
		decoder.DisallowUnknownFields() // which the schema would not see
		if err := decoder.Decode(&r); err != nil {
			t.Fatal(err)
		}
		validate(t, sarifSchema(t), all["sarif"])
		rules := map[string]bool{}
		for _, rule := range r.Runs[0].Tool.Driver.Rules {
			rules[*rule.ID] = true
		}
		prints := map[string]bool{}
		for _, result := range r.Runs[0].Results {
			if !rules[*result.RuleID] {
				t.Errorf("there is no rule %q", *result.RuleID)
			}
			at := result.Locations[0].PhysicalLocation.ArtifactLocation.URI
			prints[result.PartialFingerprints["batchgate/v1"]+*at] = true
			if strings.ContainsAny(*at, " \\") || strings.HasPrefix(*at, "./") {
				t.Errorf("a file is %q", *at)
			}
		}
		if len(prints) < len(r.Runs[0].Results) {
			t.Errorf("%d fingerprints for %d results", len(prints), len(r.Runs[0].Results))
		}
	})
	t.Run("junit", func(t *testing.T) { checkJUnit(t, all["junit"]) })
	t.Run("gitlab", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join("testdata", "gitlab-code-quality.schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		validate(t, text, all["gitlab"])
		var entries []struct{ Fingerprint string }
		if err := json.Unmarshal([]byte(all["gitlab"]), &entries); err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, e := range entries {
			seen[e.Fingerprint]++
		}
		for print, n := range seen { // though the same document stands in a file and in the standard input
			if n > 1 {
				t.Errorf("%s stands %d times", print, n)
			}
		}
	})
	t.Run("github", func(t *testing.T) {
		command := regexp.MustCompile(`^::(error|warning|notice|group|endgroup)( (file=[^:,]+(,line=\d+)?(,col=\d+)?,)?title=[^:,]+)?::.*$`)
		for line := range strings.Lines(all["github"]) {
			if !command.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Errorf("no command: %q", line)
			}
		}
	})
	t.Run("nothing does harm", func(t *testing.T) {
		for format, text := range all {
			if at := strings.IndexAny(text, "\x1b\x07\u202e"); at >= 0 {
				t.Errorf("%s has a control character: %q", format, text[max(0, at-40):at+10])
			}
		}
		for _, format := range []string{"html", "markdown"} {
			if strings.Contains(all[format], "<script>alert") || strings.Contains(all[format], "<b>") {
				t.Errorf("%s has markup of a manifest", format)
			}
		}
		if strings.Contains(all["markdown"], "@all") {
			t.Error("the markdown calls somebody")
		}
	})
}

// sarifSchema is the schema that the module of SARIF's types keeps to itself.
func sarifSchema(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "pkg", "report", "v210", "sarif", "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && len(literal.Value) > len(found) {
			found = literal.Value
		}
		return true
	})
	text, err := strconv.Unquote(found)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

func validate(t *testing.T, schema []byte, text string) {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if err := compiled.Validate(value); err != nil {
		t.Error(err)
	}
}

func TestFingerprintsStayWhenLinesMove(t *testing.T) {
	t.Parallel()
	x := checked(t)
	prints := func(text string) (all []string) {
		path := filepath.Join(t.TempDir(), "in.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		format := report.NewGitLab(&out, report.Head{})
		for _, o := range x(t, checkOptions{paths: []string{path}}) {
			if err := format.Object(o); err != nil {
				t.Fatal(err)
			}
		}
		if err := format.Close(report.Summary{}); err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"fingerprint": "(\w+)"`).FindAllStringSubmatch(out.String(), -1) {
			all = append(all, found[1])
		}
		slices.Sort(all)
		return all
	}
	before := prints(with("  backoffLimit: 50\n"))
	if diff := cmp.Diff(before, prints("# one more\n\n---\n"+with("  # and more\n  backoffLimit:    50\n"))); diff != "" || len(before) == 0 {
		t.Errorf("%d fingerprints (-before +after)\n%s", len(before), diff)
	}
	if cmp.Equal(before, prints(strings.Replace(with("  backoffLimit: 50\n"), "name: report", "name: other", 1))) {
		t.Error("another object has the same fingerprints")
	}
}
