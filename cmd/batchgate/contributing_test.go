package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestARuleIsAddedByTheLinesOfCONTRIBUTING follows the section "A new rule" in a
// copy of the repository, with an editor that does what the new files ask for.
func TestARuleIsAddedByTheLinesOfCONTRIBUTING(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## A new rule\n")
	_, block, _ := strings.Cut(section, "```console\n")
	block, _, found := strings.Cut(block, "```")
	lines := strings.Split(strings.TrimSpace(block), "\n")
	if !found || len(lines) < 5 || len(lines) > 10 || !strings.Contains(block, "./policies/docs ./policies/source") {
		t.Fatalf("CONTRIBUTING.md adds a rule in %d lines", len(lines))
	}

	copied := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "Makefile"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"policies", filepath.Join("e2e", "testdata")} { // the guide's page shows some of the latter
		if err := os.CopyFS(filepath.Join(copied, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	env := append(os.Environ(), "EDITOR="+editor(t), "PAGER=cat", "CGO_ENABLED=0", "NO_COLOR=1")
	shell(t, copied, env, "git init -q . # a contributor has a checkout", true)
	for _, line := range lines {
		// What would be built here is what this test is built from.
		line = strings.Replace(line, "go run ./cmd/batchgate ", "batchgate ", 1)
		shell(t, copied, env, line, !strings.Contains(line, "# fails"))
	}

	page, err := os.ReadFile(filepath.Join(copied, "policies", "rules", "my-rule", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "spec.parallelism is 101, the most allowed is 100 (my-rule)"; !strings.Contains(string(page), want) {
		t.Errorf("the page does not show %q:\n%s", want, page)
	}
	index, err := os.ReadFile(filepath.Join(copied, "policies", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(index), "(rules/my-rule/README.md)") {
		t.Error("the index does not lead to the page")
	}
	guide, err := os.ReadFile(filepath.Join(copied, "policies", "GUIDE.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(guide), "| [my-rule](rules/my-rule/README.md) | Jobs run a bounded number of Pods. |") {
		t.Error("the guide's page does not have the rule beyond it")
	}
}

// editor is a program that does to each file what an author would: it makes the
// condition one that holds, takes the instructions away and the expectations too,
// and binds the rule in a preset.
func editor(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "editor")
	script := `#!/bin/sh
for file; do
	case $file in
	*/audit.yaml) awk '{ print } /^rules:$/ { print "  my-rule: {mode: audit, fill: false}" }' "$file" ;;
	*/recommended.yaml) awk '{ print } /^rules:$/ { print "  my-rule: {mode: warn}" }' "$file" ;;
	*/strict.yaml) awk '{ print } /^rules:$/ { print "  my-rule: {mode: enforce}" }' "$file" ;;
	*) sed -e '/^\tfalse$/d' -e '/# NEW: /d' -e '/^refused: /d' "$file" ;;
	esac > "$file.new" && mv "$file.new" "$file"
done
`
	if err := os.WriteFile(name, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// shell runs a line, which must succeed or must not.
func shell(t *testing.T, dir string, env []string, line string, succeeds bool) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", line)
	command.Dir, command.Env = dir, env
	if printed, err := command.CombinedOutput(); (err == nil) != succeeds {
		t.Fatalf("%s: %v\n%s", line, err, printed)
	}
}
