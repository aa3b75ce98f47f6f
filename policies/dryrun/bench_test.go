package dryrun_test

import (
	"testing"

	"github.com/batchgate/batchgate/policies/dryrun"
)

// BenchmarkCreate is the whole of a check but for reading files.
func BenchmarkCreate(b *testing.B) {
	for name, doc := range map[string]string{"job": job(``), "cronjob": cronjob(``)} {
		b.Run(name, func(b *testing.B) {
			j := dryrun.New(load(b, ""), dryrun.Options{Now: now()})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := j.Create(b.Context(), []byte(doc)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
