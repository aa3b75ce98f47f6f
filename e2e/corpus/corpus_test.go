package corpus_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/batchgate/batchgate/e2e/corpus"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

var update = flag.Bool("update", false, "write what the policy makes of each case")

func directory(name string) string { return filepath.Join("..", "testdata", name) }

func read(t *testing.T, name string) []corpus.Case {
	t.Helper()
	cases, err := corpus.Read(os.DirFS(directory(name)))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// judged asks the default policy about every case and compares, or writes, the expected lines.
func judged(t *testing.T, name string, look func(*testing.T, corpus.Case, corpus.Told)) {
	t.Helper()
	set, err := source.Load(source.DefaultPreset)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range read(t, name) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			told, err := c.Judge(t.Context(), e, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			look(t, c, told)
			if *update {
				rewrite(t, filepath.Join(directory(name), c.Name+".txtar"), told)
				return
			}
			if diff := cmp.Diff(c.Told, told, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s.txtar (-expected +said); when that is right, add -update\n%s", c.Name, diff)
			}
		})
	}
}

func rewrite(t *testing.T, path string, told corpus.Told) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, corpus.Written(text, told), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWhatPeopleRunIsNotHarmed: the default policy refuses no correct workload and fills in nothing that would break one.
func TestWhatPeopleRunIsNotHarmed(t *testing.T) {
	t.Parallel()
	judged(t, "corpus", func(t *testing.T, c corpus.Case, told corpus.Told) {
		for _, line := range told.Findings {
			if strings.HasPrefix(strings.TrimPrefix(line, corpus.ItsJob), corpus.Refused) {
				t.Errorf("a workload that is correct, and yet %s", line)
			}
		}
		for _, line := range told.Fills {
			field, _, _ := strings.Cut(line, ": ")
			for _, kept := range c.Context.Keeps {
				if field == kept || strings.HasPrefix(field, kept+".") || strings.HasPrefix(field, kept+"[") {
					t.Errorf("%s is filled in, and must be left as it is", line)
				}
			}
		}
	})
}

// TestTheGuide: what the guide shows in a way that does not work, in a file whose name ends in -wrong, is found; the right
// way beside it passes without a word.
func TestTheGuide(t *testing.T) {
	t.Parallel()
	judged(t, "guide", func(t *testing.T, c corpus.Case, told corpus.Told) {
		heard := 0
		for _, line := range told.Findings {
			if !strings.HasPrefix(line, corpus.Audited) {
				heard++
			}
		}
		switch wrong := strings.HasSuffix(c.Name, "-wrong"); {
		case wrong && heard == 0:
			t.Error("nobody is told what is wrong")
		case !wrong && heard > 0:
			t.Errorf("is right, and yet:\n%s", strings.Join(told.Findings, "\n"))
		}
	})
}

// TestThereIsEnough: the kinds of workload that the corpus promises.
func TestThereIsEnough(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{"corpus": 30, "guide": 20} {
		if n := len(read(t, name)); n < least {
			t.Errorf("%s has %d cases, expected at least %d", name, n, least)
		}
		err := fs.WalkDir(os.DirFS(directory(name)), ".", func(path string, entry fs.DirEntry, err error) error {
			if err == nil && path != "." && (entry.IsDir() || !strings.HasSuffix(path, ".txtar")) {
				t.Errorf("%s/%s is no case", name, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
