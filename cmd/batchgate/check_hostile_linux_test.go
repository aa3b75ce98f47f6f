package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// most is the memory that hostile input may make a check use, in KiB.
const most = 256 << 10

// TestHostileInputTakesLittleMemory starts batchgate on each input and asks the
// kernel what it took. That it ends is all that is asked of its time.
func TestHostileInputTakesLittleMemory(t *testing.T) {
	t.Parallel()
	program := itself(t)
	const head = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n"
	repeat := strings.Repeat
	for name, test := range map[string]struct {
		text   string
		status int
		says   string
	}{
		"an alias bomb":                   {bomb(), 2, "more than 400,000 values"},
		"aliases of a long text":          {"a: &a \"" + repeat("x", 3<<20) + "\"\nb: [" + repeat("*a,", 3000) + "1]", 2, "more than 32 MiB"},
		"aliases of small objects":        {head + "a: &a {a: 1}\nx: [" + repeat("*a,", 390_000) + "1]", 2, "more than 400,000 values"},
		"an anchor that holds itself":     {"a: &a [*a]", 2, ""},
		"brackets 100,000 deep":           {head + "x: " + repeat("[", 100_000), 2, "exceeded max depth"},
		"brackets 9,000 deep":             {head + "x: " + repeat("[", 9000) + repeat("]", 9000), 1, "x is not a field"},
		"lists 100,000 deep":              {repeat("- ", 100_000) + "a", 2, "exceeded max depth"},
		"JSON 100,000 deep":               {`{"kind":"Job","x":` + repeat(`{"a":`, 100_000) + "1" + repeat("}", 100_001), 2, "is no "},
		"an object 4,000 deep":            {head + deep(4000), 1, "a is not a field"},
		"as many values as there may be":  {head + "x: [" + repeat("{a: 1},", 130_000) + "1]", 1, "x is not a field"},
		"three million lines":             {repeat("a: 1\n", 3<<20), 2, "more than 400,000 values"},
		"ten thousand documents and more": {repeat("---\na: 1\n", 50_000), 2, "more than 10,000 documents"},
		"a key 100,000 times":             {head + repeat("x: 1\n", 100_000), 1, "stands twice"},
		"a text of 14 MiB":                {head + "x: \"" + repeat("x", 14<<20) + "\"", 1, "Request entity too large"},
		"a text that grows in JSON":       {head + "x: \"" + repeat("<", 15<<20) + "\"", 2, "more than 32 MiB"},
		"a key of 3 MiB":                  {"? " + repeat("a", 3<<20) + "\n: b\n", 2, "kind is missing"},
		"a Namespace with as many labels as may be": {
			"apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {" + numbered("a%d: b,", 195_000) + "}}\n---\n" + head, 1, "spec.template.spec.containers"},
		"a LimitRange of many resources": {
			"apiVersion: v1\nkind: LimitRange\nmetadata: {name: a, namespace: other}\nspec: {limits: [{type: Container, max: {" + numbered("a%d: 1,", 195_000) + "}}]}\n---\n" + head, 2, "at most 1000 are read"},
		"many LimitRanges": {
			repeat("apiVersion: v1\nkind: LimitRange\nmetadata: {name: a, annotations: {a: \""+repeat("<", 400)+"\"}}\n---\n", 8000), 2, "more than 16 MiB"},
		"nothing but anchors":            {"a: [" + repeat("&a ", 3<<20) + "]", 2, "is no YAML"},
		"a quote that nobody closes":     {head + "x: \"" + repeat("x\n", 1<<20), 2, ""},
		"a file that is too large":       {repeat("#\n", 9<<20), 2, "at most 16 MiB"},
		"a job as large as there may be": {head + "spec: {template: {spec: {containers: [{name: a, image: b, command: [\"" + repeat("x", 3<<20-1000) + "\"]}]}}}\n", 1, "Too long"},
	} {
		t.Run(name, func(t *testing.T) { // one after the other: each may take much
			path := filepath.Join(t.TempDir(), "in.yaml")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, program, "check", path)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			told := filepath.Join(t.TempDir(), "status")
			cmd.Env = append(os.Environ(), peakFile+"="+told)
			err := cmd.Run()
			if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if status := cmd.ProcessState.ExitCode(); test.says != "" && status != test.status || status > 2 || status < 0 {
				t.Errorf("exit status %d, want %d: %.600s", status, test.status, out.String())
			}
			if !strings.Contains(out.String(), test.says) {
				t.Errorf("does not say %q: %.600s", test.says, out.String())
			}
			if used := peak(t, told); used > most {
				t.Errorf("used %d MiB, at most %d", used>>10, most>>10)
			}
		})
	}
}

// peak is the most memory that a run took, in KiB.
func peak(t *testing.T, path string) int {
	t.Helper()
	status, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if amount, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var n int
			if _, err := fmt.Sscanf(amount, "%d kB", &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("the system does not tell what was used")
	return 0
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// bomb is nine lists of nine aliases of the list before.
func bomb() string {
	var b strings.Builder
	b.WriteString("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for c := 'b'; c <= 'j'; c++ {
		b.WriteString(string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 9), ",") + "]\n")
	}
	return b.String()
}

func deep(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
