package live

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/batchgate/batchgate/policies/source"
)

// BenchmarkLoad is from changed files to an engine that could be in force.
func BenchmarkLoad(b *testing.B) {
	for name, files := range map[string]func(n int) map[string]string{
		"one of two policies again": func(n int) map[string]string {
			return map[string]string{"policy.yaml": policyOf(n % 2)}
		},
		"another policy": func(n int) map[string]string { return map[string]string{"policy.yaml": policyOf(n)} },
		"another rule": func(n int) map[string]string {
			return map[string]string{"policy.yaml": policyOf(0), "rules/own/own.rego": fmt.Sprintf(ownRule, n)}
		},
	} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			l, err := New(Options{Spec: dir})
			if err != nil {
				b.Fatal(err)
			}
			for n := 0; b.Loop(); n++ {
				for file, text := range files(n) {
					path := filepath.Join(dir, file)
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						b.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := l.load(b.Context(), source.Look(dir)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func policyOf(n int) string {
	return fmt.Sprintf("apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: bench}\nrules:\n  ttl-after-finished: {params: {seconds: %d}}\n", 1000+n)
}

const ownRule = `# METADATA
# title: None of a number
# description: A number that changes makes another rule.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["own"]

deny contains {"field": ["job", "spec", "parallelism"], "msg": "is refused"} if input.job.spec.parallelism == %d
`
