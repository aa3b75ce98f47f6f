package parity

import (
	"math/rand/v2"
)

// grammar writes Jobs and CronJobs, most of them nearly right: a manifest with
// five mistakes is refused for the first and says little about the others.
type grammar struct {
	rand     *rand.Rand
	operator string // who would send this object, when an operator does
	lenient  bool   // unknown fields do not end it all

	namespace string // that the case is sent to
}

type object = map[string]any

// chance is true in n of 100 cases.
func (g *grammar) chance(n int) bool { return g.rand.IntN(100) < n }

// of picks one.
func of[T any](g *grammar, values ...T) T { return values[g.rand.IntN(len(values))] }

// maybe sets a field in n of 100 cases.
func (g *grammar) maybe(n int, into object, key string, value func() any) {
	if g.chance(n) {
		into[key] = value()
	}
}

// odd gives a wrong value in 2 of 100 cases.
func odd[T any](g *grammar, right T, wrong ...any) any {
	if g.chance(2) {
		return wrong[g.rand.IntN(len(wrong))]
	}
	return right
}

// typos is how many of 100 manifests have a field that nobody knows.
func (g *grammar) typos() int {
	if g.lenient {
		return 8
	}
	return 1
}

func (g *grammar) manifest(name string) object {
	kind, spec := "Job", g.jobSpec
	if g.chance(40) {
		kind, spec = "CronJob", g.cronJobSpec
	}
	metadata := g.metadata(kind, name)
	manifest := object{"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec()}
	if kind == "Job" && g.chance(6) {
		g.tracked(manifest)
	}
	if g.chance(1) {
		manifest["apiVersion"] = of(g, "batch/v1beta1", "v1", "batch/v2alpha1")
	}
	g.maybe(g.typos(), manifest, of(g, "status", "data", "Spec"), func() any { return object{} })
	return manifest
}

func (g *grammar) jobSpec() object {
	spec := object{}
	g.maybe(35, spec, "backoffLimit", func() any { return odd[any](g, of(g, 0, 3, 4, 6, 10, 11, 50), -1, "6", 6.5, nil) })
	g.maybe(45, spec, "ttlSecondsAfterFinished", func() any {
		return odd[any](g, of(g, 0, 60, 3600, 86400, 604800, 604801, 31536000), -1, "1h", nil)
	})
	g.maybe(35, spec, "activeDeadlineSeconds", func() any { return odd[any](g, of(g, 0, 30, 600, 3600, 86400, 86401, 604800), -1, nil) })
	g.maybe(15, spec, "suspend", func() any { return g.chance(50) })
	g.maybe(10, spec, "podReplacementPolicy", func() any { return odd(g, of(g, "Failed", "TerminatingOrFailed"), "Sometimes") })
	g.maybe(6, spec, "managedBy", func() any {
		return odd(g, of(g, "kubernetes.io/job-controller", "kueue.x-k8s.io/multikueue", "example.com/runner"), "nobody")
	})
	g.maybe(g.typos(), spec, "backofLimit", func() any { return 3 })
	g.maybe(2, spec, "manualSelector", func() any { return true })
	never := g.shape(spec)
	spec["template"] = g.template(never)
	g.maybe(g.typos(), spec, "newerField", func() any { return object{"deep": []any{1, 2}} })
	return spec
}

// shape makes plain Jobs, work queues and Indexed Jobs. It reports whether the
// Pods must not restart in place.
func (g *grammar) shape(spec object) (never bool) {
	switch g.rand.IntN(6) {
	case 0: // a work queue
		spec["parallelism"] = of(g, 1, 2, 5, 50, 600)
	case 1:
		spec["parallelism"], spec["completions"] = of(g, 0, 1, 3), odd[any](g, of(g, 0, 1, 1, 3, 10), -1)
	case 2, 3:
		spec["completionMode"] = odd(g, "Indexed", "Sorted")
		spec["completions"] = of(g, 1, 3, 20, 100, 20000)
		g.maybe(50, spec, "parallelism", func() any { return of(g, 1, 3, 50, 600) })
		g.maybe(40, spec, "backoffLimitPerIndex", func() any { return odd[any](g, of(g, 0, 2, 11), -1) })
		if _, ok := spec["backoffLimitPerIndex"]; ok {
			g.maybe(40, spec, "maxFailedIndexes", func() any { return odd[any](g, 1, 0, 101, -1) })
			never = g.chance(90)
		}
		g.maybe(20, spec, "successPolicy", func() any {
			return object{"rules": []any{odd[any](g, of(g, object{"succeededCount": 1}, object{"succeededIndexes": "0"}), object{"succeededIndexes": "x"})}}
		})
	}
	if g.chance(12) {
		spec["podFailurePolicy"] = g.failurePolicy()
		never = g.chance(90)
	}
	return never
}
