package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/source"
)

// BenchmarkCheck judges a directory of manifests, reading and reporting included. One
// operation is one run over all of them.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{1, 2000} {
		dir := b.TempDir()
		for i := range n {
			text := strings.Replace(with("  backoffLimit: 3\n"), "{name: report}", fmt.Sprintf("{name: report-%d}", i), 1)
			if i%3 == 0 {
				text = cron("      backoffLimit: 3\n")
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.yaml", i)), []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
		}
		_, e, err := load(b.Context(), source.DefaultPreset, io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("manifests=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o := checkOptions{judging: judging{client: "apply", validation: "strict", namespace: "default", now: time.Now}, paths: []string{dir}}
				c := &checking{out: &outputs{formats: []report.Format{report.NewText(io.Discard, report.Head{}, report.TextOptions{})}}}
				if err := o.check(b.Context(), c, dryrun.Engine(e), strings.NewReader("")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkStart is what comes before the first document: the policy is loaded and
// compiled.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, _, err := load(b.Context(), source.DefaultPreset, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
