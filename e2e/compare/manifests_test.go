package compare

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// generate writes n manifests, and tells which of them break one of the six rules.
func generate(t testing.TB, n int) (dir string, bad map[string]bool) {
	t.Helper()
	dir, bad = t.TempDir(), map[string]bool{}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		broken := r.IntN(3) == 0
		breaks := -1
		if broken {
			breaks = r.IntN(6)
		}
		pick := func(rule int, good, wrong string) string {
			if rule == breaks {
				return wrong
			}
			return good
		}
		cron := i%3 == 0
		if !cron && breaks == 5 || cron && breaks == 0 { // rules of the other kind
			broken, breaks = false, -1
		}
		limits := pick(2, "{cpu: 500m, memory: 256Mi}", "{cpu: 500m}")
		job := fmt.Sprintf("backoffLimit: %s\n%s", pick(1, "4", "50"), pick(4, "activeDeadlineSeconds: 3600\n", ""))
		pod := fmt.Sprintf("template:\n  spec:\n%s    containers:\n      - name: main\n        image: registry.example.com/tools/report:1.%d\n        command: [report, --day, \"%d\"]\n        resources:\n          requests: {cpu: 100m, memory: 128Mi}\n          limits: %s\n",
			pick(3, "    restartPolicy: Never\n", "    restartPolicy: Always\n"), i, i, limits)
		var text string
		if cron {
			if breaks == 5 {
				job = "backoffLimit: 4\n"
			}
			text = fmt.Sprintf("apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: report-%d\n  namespace: shop\nspec:\n  schedule: \"%d 3 * * *\"\n%s  jobTemplate:\n    spec:\n%s%s", i, i%60, pick(5, "  concurrencyPolicy: Forbid\n", ""), indent(job, 6), indent(pod, 6))
		} else {
			text = fmt.Sprintf("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: report-%d\n  namespace: shop\nspec:\n  ttlSecondsAfterFinished: %s\n%s%s", i, pick(0, "3600", "31536000"), indent(job, 2), indent(pod, 2))
		}
		path := filepath.Join(dir, fmt.Sprintf("%04d.yaml", i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		bad[path] = broken
	}
	return dir, bad
}

func indent(text string, by int) (out string) {
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		out += fmt.Sprintf("%*s%s\n", by, "", line)
	}
	return out
}
