package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

const (
	baselineKind = "Baseline"
	// baselineGroup is the second: files of the first did not count findings, nor tell
	// what their values were.
	baselineGroup = "batchgate.dev/v1alpha2"
	baselineFirst = "batchgate.dev/v1alpha1"
	// mostStale bounds the entries that are named one by one.
	mostStale = 20
	// mostBaseline is what a file may have, in MiB.
	mostBaseline = 64
)

// baseline is what was found before a policy was taken on, and does not count until
// somebody mends it.
type baseline struct {
	path  string
	write bool
	known map[string]knownFinding // by its identity
	seen  map[string]knownFinding
}

// knownFinding is an entry of the file: a finding, and how often it is known. Of the
// rest only the fingerprint is looked at, which is the identity of the finding; the
// others are for those who read the file.
type knownFinding struct {
	Fingerprint string `json:"fingerprint"`
	Count       int    `json:"count"`
	Object      string `json:"object"`
	Rule        string `json:"rule"`
	Field       string `json:"field,omitempty"`
	Message     string `json:"message,omitempty"`
}

// baselineFile is the file.
type baselineFile struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Findings   []knownFinding `json:"findings"`
}

// openBaseline reads the file; where it is to be written, it may be missing, empty or
// one of before. Without a path there is none.
func openBaseline(path string, write bool) (*baseline, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // a nil baseline knows nothing
	}
	b := &baseline{path: path, write: write, known: map[string]knownFinding{}, seen: map[string]knownFinding{}}
	text, err := manifest.ReadFile(path, mostBaseline)
	empty := len(bytes.TrimSpace(text)) == 0
	switch {
	case errors.Is(err, fs.ErrNotExist) && write, err == nil && empty && write:
		return b, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("--baseline %s: %w; --update-baseline writes one", path, err)
	case err != nil:
		return nil, fmt.Errorf("--baseline %s: %w", path, err)
	case empty:
		return nil, fmt.Errorf("--baseline %s: is empty; --update-baseline writes it", path)
	}
	file, err := readBaseline(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--baseline %s: %w", path, err)
	case file.APIVersion == baselineFirst && write:
		return b, nil
	case file.APIVersion == baselineFirst:
		return nil, fmt.Errorf("--baseline %s: is a %s of %s, which does not say how often a finding is known, and of which value; --update-baseline writes it anew", path, baselineKind, baselineFirst)
	}
	for _, f := range file.Findings {
		f.Count += b.known[f.Fingerprint].Count // who merged two files may have it twice
		b.known[f.Fingerprint] = f
	}
	return b, nil
}

func readBaseline(text []byte) (baselineFile, error) {
	var file baselineFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return file, fmt.Errorf("is no baseline: %w", err)
	}
	end := int(decoder.InputOffset())
	if rest := bytes.TrimLeft(text[end:], " \t\r\n"); len(rest) > 0 {
		line := 1 + bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
		return file, fmt.Errorf("goes on after its end, in line %d; expected one JSON object and nothing else", line)
	}
	if file.Kind != baselineKind || file.APIVersion != baselineGroup && file.APIVersion != baselineFirst {
		return file, fmt.Errorf("is a %q of %q, expected a %s of %s", file.Kind, file.APIVersion, baselineKind, baselineGroup)
	}
	for i, f := range file.Findings {
		if f.Count < 1 && file.APIVersion == baselineGroup {
			return file, fmt.Errorf("findings[%d].count is %d, expected how often the finding is known, 1 or more", i, f.Count)
		}
	}
	return file, nil
}

// mark tells the findings of an object that are known: of equal ones the first, as many
// as the file has.
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
			identity := o.Identity(of, *f)
			seen := b.seen[identity].Count + 1
			b.seen[identity] = knownFinding{
				Fingerprint: identity, Count: seen, Object: strings.TrimSpace(o.Kind + " " + o.Namespace + "/" + o.Name), Rule: f.Rule, Field: f.Field, Message: f.Message,
			}
			f.Known = b.write || seen <= b.known[identity].Count
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
	for identity, f := range b.known {
		if b.seen[identity].Count < f.Count {
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
		left := ""
		if n := b.seen[f.Fingerprint].Count; n > 0 {
			left = fmt.Sprintf(" (%d of %d are left)", n, f.Count)
		}
		fmt.Fprintf(to, "  %s: %s%s\n", report.Escape(f.Object), report.Escape(strings.TrimSpace(f.Rule+" "+f.Field)), left)
	}
	return nil
}

func (b *baseline) rewrite(to io.Writer) error {
	all, findings := make([]knownFinding, 0, len(b.seen)), 0
	for _, identity := range slices.Sorted(maps.Keys(b.seen)) {
		all = append(all, b.seen[identity])
		findings += b.seen[identity].Count
	}
	slices.SortStableFunc(all, func(x, y knownFinding) int {
		return strings.Compare(x.Object+"\x00"+x.Rule+"\x00"+x.Field, y.Object+"\x00"+y.Rule+"\x00"+y.Field)
	})
	text, err := json.MarshalIndent(baselineFile{APIVersion: baselineGroup, Kind: baselineKind, Findings: all}, "", "  ")
	if err != nil {
		return err
	}
	if len(text) >= mostBaseline<<20 {
		return fmt.Errorf("--baseline %s: comes to more than %d MiB, which nobody would read again; expected a baseline for each part of the files", b.path, mostBaseline)
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
	fmt.Fprintf(to, "%s: %s written\n", report.Escape(b.path), plural(findings, "finding"))
	return nil
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
