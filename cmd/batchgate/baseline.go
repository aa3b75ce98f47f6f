package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

const (
	baselineKind  = "Baseline"
	baselineGroup = "batchgate.dev/v1alpha1"
	// mostStale bounds the entries that are named one by one.
	mostStale = 20
)

// baseline is what was found before a policy was taken on, and does not count until
// somebody mends it.
type baseline struct {
	path  string
	write bool
	known map[string]knownFinding // by its fingerprint
	seen  map[string]knownFinding
}

// knownFinding is an entry of the file. Only the fingerprint is looked at; the rest is
// for those who read the file.
type knownFinding struct {
	Fingerprint string `json:"fingerprint"`
	Object      string `json:"object"`
	Rule        string `json:"rule"`
	Field       string `json:"field,omitempty"`
	Message     string `json:"message,omitempty"`
}

// openBaseline reads the file; it may be missing where it is to be written. Without a
// path there is none.
func openBaseline(path string, write bool) (*baseline, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // a nil baseline knows nothing
	}
	b := &baseline{path: path, write: write, known: map[string]knownFinding{}, seen: map[string]knownFinding{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && write {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--baseline %s: %w; --update-baseline writes one", path, pathless(err))
	}
	var file struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Findings   []knownFinding `json:"findings"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("--baseline %s: is no baseline: %w", path, err)
	}
	if file.Kind != baselineKind || file.APIVersion != baselineGroup {
		return nil, fmt.Errorf("--baseline %s: is a %q of %q, expected a %s of %s", path, file.Kind, file.APIVersion, baselineKind, baselineGroup)
	}
	for _, f := range file.Findings {
		b.known[f.Fingerprint] = f
	}
	return b, nil
}

// mark tells the findings of an object that are known.
func (b *baseline) mark(o *report.Object) {
	if b == nil {
		return
	}
	for _, of := range []*report.Object{o, o.Child} {
		if of == nil {
			continue
		}
		for i := range of.Findings {
			f := &of.Findings[i]
			if f.Does() == report.Audit {
				continue
			}
			b.seen[f.Fingerprint] = knownFinding{
				Fingerprint: f.Fingerprint, Object: strings.TrimSpace(o.Kind + " " + o.Namespace + "/" + o.Name), Rule: f.Rule, Field: f.Field, Message: f.Message,
			}
			if _, f.Known = b.known[f.Fingerprint]; b.write {
				f.Known = true
			}
		}
	}
}

// finish writes the file where that is asked for, and otherwise names the entries that
// nobody found. A run that has not seen everything writes none and names none.
func (b *baseline) finish(to io.Writer, partial bool) error {
	if b == nil {
		return nil
	}
	if b.write && partial {
		return fmt.Errorf("--update-baseline: not everything could be judged, so %s stays as it was", b.path)
	}
	if b.write {
		return b.rewrite(to)
	}
	stale := []knownFinding{}
	for print, f := range b.known {
		if _, found := b.seen[print]; !found {
			stale = append(stale, f)
		}
	}
	if partial || len(stale) == 0 {
		return nil
	}
	slices.SortFunc(stale, func(x, y knownFinding) int {
		return strings.Compare(x.Object+x.Rule+x.Fingerprint, y.Object+y.Rule+y.Fingerprint)
	})
	fmt.Fprintf(to, "%s: nobody finds %s any more; --update-baseline removes it:\n", report.Escape(b.path), entries(len(stale)))
	for i, f := range stale {
		if i == mostStale {
			fmt.Fprintf(to, "  and %d more\n", len(stale)-i)
			break
		}
		fmt.Fprintf(to, "  %s: %s\n", report.Escape(f.Object), report.Escape(strings.TrimSpace(f.Rule+" "+f.Field)))
	}
	return nil
}

func (b *baseline) rewrite(to io.Writer) error {
	all := make([]knownFinding, 0, len(b.seen))
	for _, print := range slices.Sorted(maps.Keys(b.seen)) {
		all = append(all, b.seen[print])
	}
	slices.SortStableFunc(all, func(x, y knownFinding) int {
		return strings.Compare(x.Object+"\x00"+x.Rule+"\x00"+x.Field, y.Object+"\x00"+y.Rule+"\x00"+y.Field)
	})
	text, err := json.MarshalIndent(map[string]any{"apiVersion": baselineGroup, "kind": baselineKind, "findings": all}, "", "  ")
	if err != nil {
		return err
	}
	file, err := create(b.path)
	if err != nil {
		return fmt.Errorf("--baseline %s: %w", b.path, pathless(err))
	}
	if _, err := file.Write(append(text, '\n')); err != nil {
		file.abandon()
		return err
	}
	if err := file.finish(); err != nil {
		return err
	}
	fmt.Fprintf(to, "%s: %s written\n", report.Escape(b.path), plural(len(all), "finding"))
	return nil
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
