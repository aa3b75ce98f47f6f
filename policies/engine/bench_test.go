package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/engine"
)

// subjects are the objects every benchmark of the request path measures.
func subjects(b *testing.B) map[string]engine.Request {
	compliant := strings.Replace(runaway, ": 50", ": 3", 1)
	big := create(b, "ssa", strings.Replace(compliant, "labels: {a: b}", "annotations: {"+padding(300)+"}", 1))
	return map[string]engine.Request{
		"minimal Job":   create(b, "apply", silentJob),
		"compliant Job": create(b, "apply", compliant),
		"CronJob":       create(b, "apply", silentCronJob),
		"40 KiB Job":    big,
	}
}

func padding(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "key-%03d: %q, ", i, strings.Repeat("x", 80))
	}
	return strings.TrimSuffix(b.String(), ", ")
}

func BenchmarkMutate(b *testing.B) {
	e := load(b, "")
	for name, req := range subjects(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Mutate(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	e := load(b, "")
	for name, req := range subjects(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Validate(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		load(b, "")
	}
}
