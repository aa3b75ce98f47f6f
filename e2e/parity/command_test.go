package parity

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/policies/engine"
)

// TestParityOfTheCommand holds the JSON of `batchgate check` on files to the dry run that TestParity holds to the
// cluster: the reading of manifests and of what surrounds them, the flags and the report lie between the two.
func TestParityOfTheCommand(t *testing.T) {
	offline, err := newOffline(shared.policies["mixed"], files(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	runs := map[[3]string][]Case{}
	for _, cs := range generated(t) {
		cs.User = "" // the command is told no user
		key := [3]string{string(cs.Client), string(cs.Fields), cs.Namespace}
		runs[key] = append(runs[key], cs)
	}
	wrong, judged, out := 0, 0, progress()
	for _, cases := range runs {
		fmt.Fprintf(out, "command: %d of %d manifests, %d differences\n", judged, shared.n, wrong)
		said := check(t, cases)
		for i, cs := range cases {
			judged++
			if diff := cmp.Diff(foretold(t, offline, cs), said[i], cmpopts.EquateEmpty()); diff != "" {
				if wrong++; wrong <= shown {
					t.Errorf("%s (-dry run +command)\n%s\n%s", cs, diff, cs.Manifest)
				}
			}
		}
	}
	t.Logf("%d manifests in %d runs of the command, %d differences", judged, len(runs), wrong)
}

// files is what the cluster knows of the namespaces as far as files tell it: of a kind of which there is none, nothing.
func files(t *testing.T) map[string]engine.Namespace {
	t.Helper()
	known, err := surroundings(t.Context(), shared.Client())
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, home := range homes() {
		told[home.Name] = true
	}
	for name, ns := range known {
		ns.LimitsKnown, ns.QuotasKnown = len(ns.LimitRanges) > 0, len(ns.ResourceQuotas) > 0
		if !told[name] {
			ns = engine.Namespace{Name: name}
		}
		known[name] = ns
	}
	return known
}

// surround writes what surrounds the Jobs as its author wrote it: the API server adds to it, and so must the command.
func surround(t *testing.T, dir string) {
	t.Helper()
	var objects []any
	for _, home := range homes() {
		objects = append(objects, home)
	}
	for _, limit := range limits() {
		objects = append(objects, limit)
	}
	for _, quota := range quotas() {
		objects = append(objects, quota)
	}
	for i, object := range objects {
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("surroundings-%d.yaml", i)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// check runs the command over the manifests of one client and namespace, each a file, and tells what it says of each.
func check(t *testing.T, cases []Case) []told {
	t.Helper()
	dir := t.TempDir()
	for i, cs := range cases {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.yaml", i)), cs.Manifest, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	surround(t, dir)
	result := controlplane.Run(exec.CommandContext(t.Context(), shared.Binary, "check", "-o", "json",
		"--policy", shared.policies["mixed"], "--client", string(cases[0].Client),
		"--field-validation", strings.ToLower(string(cases[0].Fields)), "--namespace", cases[0].Namespace, dir))
	var report struct{ Objects []reported }
	if err := json.Unmarshal([]byte(result.Stdout), &report); err != nil {
		t.Fatalf("%v: exit status %d: %s", err, result.Code, result.Stderr)
	}
	said := make([]told, len(cases))
	for _, object := range report.Objects {
		number, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(object.File), ".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if said[number].Verdict != "" {
			t.Errorf("%s: more than one document\n%s", cases[number], cases[number].Manifest)
		}
		said[number] = *object.told()
	}
	return said
}

// foretold is what the command must say of a case. Where kubectl refuses what the API server would refuse as well, it is a
// refusal; what is no YAML is an error.
func foretold(t *testing.T, offline *offline, cs Case) told {
	t.Helper()
	doc, err := document(cs)
	if err != nil {
		return told{Verdict: "error"}
	}
	result, err := offline.judge(t.Context(), cs, doc)
	if err != nil {
		t.Fatalf("%s: %v\n%s", cs, err, cs.Manifest)
	}
	return *foretell(result, nil)
}
