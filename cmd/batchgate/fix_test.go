package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	udiff "github.com/aymanbagabas/go-udiff"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/source"
)

// fixer fixes texts under the recommended policy.
type fixer struct {
	engine dryrun.Engine
}

func newFixer(t testing.TB) fixer {
	t.Helper()
	_, e, err := load(t.Context(), source.DefaultPreset, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return fixer{engine: e}
}

// fixed is what becomes of a text, and what is told of it.
func (x fixer) fixed(t testing.TB, text string, findings bool) (string, *fixing, string) {
	t.Helper()
	var told bytes.Buffer
	f := &fixing{
		fixOptions: fixOptions{judging: judging{client: "apply", validation: "strict", namespace: "default", now: time.Now}, findings: findings},
		streams:    ioStreams{Out: io.Discard, Err: &told},
	}
	f.judge = f.judging.judge(x.engine, newSurroundings("default", f.fieldValidation()))
	out, fields, err := f.bytes(t.Context(), manifest.File{Path: "in.yaml"}, []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	f.fields = fields
	return string(out), f, told.String()
}

func TestFixWritesOnlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	x := newFixer(t)
	const filled = "      - {resources: {limits: {cpu: \"1\", memory: 1Gi}, requests: {cpu: 100m, memory: 128Mi}}, name: main, image: \"busybox:1.36\"}\n"
	whole := func(spec string) string {
		return strings.Replace(with(spec), "      - {name: main, image: \"busybox:1.36\"}\n", filled, 1)
	}
	for name, test := range map[string]struct {
		before, after string
		findings      bool
	}{
		"below the scalars that spec begins with": {
			with("  suspend: false # for now\n"), whole("  suspend: false # for now\n  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400\n"), false},
		"before what spec begins with, where that is long": {with(""), whole("  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400\n"), false},
		"in the place of null":                             {with("  backoffLimit: null\n  ttlSecondsAfterFinished:   # soon\n"), whole("  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400   # soon\n"), false},
		"lines that end with CR and LF": {
			strings.ReplaceAll(with("  suspend: false\n"), "\n", "\r\n"),
			strings.ReplaceAll(whole("  suspend: false\n  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400\n"), "\n", "\r\n"), false},
		"a byte order mark":     {"\ufeff" + with("  suspend: false\n"), "\ufeff" + whole("  suspend: false\n  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400\n"), false},
		"no newline at the end": {strings.TrimSuffix(with("  suspend: false\n"), "\n"), strings.TrimSuffix(whole("  suspend: false\n  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400\n"), "\n"), false},
		"what is refused, if asked": {whole("  backoffLimit: 50   # try hard\n  ttlSecondsAfterFinished: 86400\n  activeDeadlineSeconds: 86400\n"),
			whole("  backoffLimit: 10   # try hard\n  ttlSecondsAfterFinished: 86400\n  activeDeadlineSeconds: 86400\n"), true},
		"what is refused, if not": {whole("  backoffLimit: 50\n  ttlSecondsAfterFinished: 86400\n"), whole("  backoffLimit: 50\n  ttlSecondsAfterFinished: 86400\n"), false},
		"JSON on one line": {
			`{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"backoffLimit":1,"ttlSecondsAfterFinished":null,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox:1.36","resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{}}}]}}}}`,
			`{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"backoffLimit":1,"ttlSecondsAfterFinished":86400,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox:1.36","resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100m","memory":"128Mi"}}}]}}}}`, false},
		"another kind": {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, told := x.fixed(t, test.before, test.findings)
			if diff := cmp.Diff(test.after, got); diff != "" {
				t.Errorf("(-want +got)\n%s%s", diff, told)
			}
		})
	}
}

func TestFixLeavesAloneWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	x := newFixer(t)
	for name, test := range map[string]struct{ text, says string }{
		"an alias":                    {with("  parallelism: &n 1\n  completions: *n\n"), "anchors or aliases"},
		"a comment in braces":         {in("      - {name: main, # the one\n         image: \"busybox:1.36\"}\n"), "in braces with a comment"},
		"a key that stands twice":     {with("  suspend: false\n  suspend: false\n"), "spec.suspend stands twice"},
		"a text over several lines":   {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {}\n", ""},
		"what the cluster would fail": {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {nothing: 1}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, f, told := x.fixed(t, test.text, false)
			if test.says != "" && (got != test.text || f.kept != 1 || !strings.Contains(told, test.says)) {
				t.Errorf("%d documents kept, told %q, the text is\n%s", f.kept, told, got)
			}
		})
	}
}

// TestFixOfManyManifests fixes 2,000 that are written in every way.
func TestFixOfManyManifests(t *testing.T) {
	t.Parallel()
	x := newFixer(t)
	n := 2000
	if testing.Short() {
		n = 100
	}
	changed, kept := 0, 0
	for i := range n {
		w := &writing{rand.New(rand.NewPCG(uint64(i), 7))}
		before := w.file()
		findings := i%3 == 0
		after, f, told := x.fixed(t, before, findings)
		if kept += f.kept; f.unread > 0 || f.kept > 0 && after != before && f.fields == 0 {
			t.Fatalf("%d: %s\n%s", i, told, before)
		}
		if after != before {
			changed++
		}
		if diff := cmp.Diff(commentsOf(before), commentsOf(after)); diff != "" {
			t.Fatalf("%d: comments (-before +after)\n%s\n%s", i, diff, before)
		}
		if err := onlyNeeded(before, after, f.fields); err != nil {
			t.Fatalf("%d: %v\n%s", i, err, udiff.Unified("before", "after", before, after))
		}
		again, g, told := x.fixed(t, after, findings)
		if again != after || g.fields != 0 {
			t.Fatalf("%d: a second run changes %d fields; %s\n%s", i, g.fields, told, udiff.Unified("once", "twice", after, again))
		}
	}
	t.Logf("%d of %d files changed, %d documents could not be", changed, n, kept)
	if changed < n/2 || kept > n/4 {
		t.Errorf("%d changed and %d kept of %d", changed, kept, n)
	}
}

func commentsOf(text string) []string { return regexp.MustCompile(`#c\d+`).FindAllString(text, -1) }

// onlyNeeded holds what has changed to the fields that were written: a line is only
// added, or has something added to it or one value replaced.
func onlyNeeded(before, after string, fields int) error {
	if strings.HasSuffix(before, "\n") != strings.HasSuffix(after, "\n") || strings.HasPrefix(before, "\ufeff") != strings.HasPrefix(after, "\ufeff") {
		return fmt.Errorf("the ends of the file have changed")
	}
	if strings.Count(before, "\r\n") == strings.Count(before, "\n") && strings.Count(after, "\r\n") != strings.Count(after, "\n") {
		return fmt.Errorf("the ends of lines have changed")
	}
	gone := 0
	for i, line := range strings.Split(udiff.Unified("", "", before, after), "\n") {
		if i > 1 && strings.HasPrefix(line, "-") {
			gone++
		}
	}
	if gone > fields {
		return fmt.Errorf("%d lines have changed for %d fields", gone, fields)
	}
	return nil
}

func TestFixOfTheCorpus(t *testing.T) {
	t.Parallel()
	x := newFixer(t)
	archives, err := filepath.Glob("../../e2e/testdata/corpus/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(archives) < 50 {
		t.Fatalf("%d archives, expected the corpus", len(archives))
	}
	texts := map[string][]byte{}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Ext(file.Name) == ".yaml" && file.Name != "context.yaml" {
				texts[path+"/"+file.Name] = file.Data
			}
		}
	}
	for path, text := range texts {
		for _, findings := range []bool{false, true} {
			once, f, told := x.fixed(t, string(text), findings)
			if f.unread > 0 {
				t.Errorf("%s: %s", path, told)
			}
			if err := onlyNeeded(string(text), once, f.fields); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			if twice, g, _ := x.fixed(t, once, findings); twice != once {
				t.Errorf("%s: a second run changes %d fields\n%s%s", path, g.fields, told, udiff.Unified("once", "twice", once, twice))
			}
		}
	}
}
