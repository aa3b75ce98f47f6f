package parity

import (
	"math/rand/v2"
	"strings"
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
	metadata := g.metadata(name)
	manifest := object{"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec()}
	if g.chance(1) {
		manifest["apiVersion"] = of(g, "batch/v1beta1", "v1", "batch/v2alpha1")
	}
	g.maybe(g.typos(), manifest, of(g, "status", "data", "Spec"), func() any { return object{} })
	return manifest
}

func (g *grammar) metadata(name string) object {
	m := object{"name": odd[any](g, name, name+".v1", name+strings.Repeat("x", 45), name+strings.Repeat("x", 60), "Parity", name+"-")}
	if g.chance(8) {
		m = object{"generateName": odd[any](g, name+"-", name+strings.Repeat("-x", 30), "Parity-")}
	}
	g.maybe(10, m, "namespace", func() any { return g.namespace })
	if g.chance(5) {
		g.export(m)
	}
	g.maybe(2, m, "finalizers", func() any { return []any{of(g, "example.com/hold", "hold")} })
	g.maybe(25, m, "labels", func() any { return g.labels() })
	g.maybe(15, m, "annotations", func() any {
		return of(g,
			object{"helm.sh/hook": "pre-install"},
			object{"argocd.argoproj.io/hook": "PostSync"},
			object{"argocd.argoproj.io/tracking-id": "shop:batch/Job:default/x"},
			object{"meta.helm.sh/release-name": "shop"},
			object{"batchgate.dev/filled": `{"spec.backoffLimit":99}`},
			object{"note": "an <angry> & \"quoted\" note"},
		)
	})
	g.maybe(6, m, "ownerReferences", func() any {
		owner := of(g,
			object{"apiVersion": "batch/v1", "kind": "CronJob"},
			object{"apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet"},
			object{"apiVersion": "example.com/v1", "kind": "Pipeline"})
		if owner["kind"] == "JobSet" {
			g.operator = "system:serviceaccount:jobset-system:jobset-controller-manager"
		}
		owner["name"], owner["uid"], owner["controller"] = "owner", "7f3f6d0e-0000-4000-8000-000000000001", g.chance(80)
		return []any{owner}
	})
	return m
}

// export writes what stands in an object that came out of a cluster.
func (g *grammar) export(m object) {
	m["creationTimestamp"] = of[any](g, nil, "2026-01-02T03:04:05Z")
	g.maybe(40, m, "uid", func() any { return "7f3f6d0e-0000-4000-8000-000000000002" })
	g.maybe(40, m, "generation", func() any { return 3 })
	if g.lenient { // never with a server-side apply, which the gate is not asked about then
		g.maybe(50, m, "deletionTimestamp", func() any { return "2026-01-02T03:04:05Z" })
	}
	g.maybe(10, m, "selfLink", func() any { return "/apis/batch/v1/x" })
	g.maybe(25, m, "managedFields", func() any {
		return []any{object{
			"manager": "kubectl", "operation": "Apply", "apiVersion": "batch/v1", "fieldsType": "FieldsV1",
			"fieldsV1": object{"f:spec": object{"f:backoffLimit": object{}}},
		}}
	})
}

func (g *grammar) labels() object {
	if g.chance(3) {
		return object{"app": "report", "version": of[any](g, 1, 1.5, true, nil, "")}
	}
	return of(g,
		object{"app": "report"},
		object{"kueue.x-k8s.io/queue-name": "main"},
		object{"batchgate.dev/profile": of(g, "migration", "batch", "migrtion", "ci")},
		object{"app.kubernetes.io/managed-by": of(g, "Helm", "flux")},
		object{"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"},
	)
}

func (g *grammar) cronJobSpec() object {
	spec := object{
		"schedule":    odd(g, of(g, "*/5 * * * *", "0 3 * * *", "@daily", "0 0 31 2 *", "15 4 * * 1"), "never", "", "* * * *", "TZ=UTC 0 3 * * *"),
		"jobTemplate": object{"spec": g.jobSpec()},
	}
	template := spec["jobTemplate"].(object)
	g.maybe(20, template, "metadata", func() any { return object{"labels": g.labels()} })
	g.maybe(20, spec, "timeZone", func() any { return odd[any](g, of(g, "Etc/UTC", "Europe/Berlin"), "Mars/Olympus", "") })
	g.maybe(40, spec, "concurrencyPolicy", func() any { return odd(g, of(g, "Allow", "Forbid", "Replace"), "Never") })
	g.maybe(20, spec, "startingDeadlineSeconds", func() any { return odd[any](g, of(g, 5, 60, 3600), -1) })
	g.maybe(20, spec, "successfulJobsHistoryLimit", func() any { return odd[any](g, of(g, 0, 1, 20), -1) })
	g.maybe(20, spec, "failedJobsHistoryLimit", func() any { return odd[any](g, of(g, 0, 1, 20), -1) })
	g.maybe(15, spec, "suspend", func() any { return g.chance(50) })
	return spec
}

func (g *grammar) jobSpec() object {
	spec := object{}
	g.maybe(35, spec, "backoffLimit", func() any { return odd[any](g, of(g, 0, 3, 4, 6, 10, 11, 50), -1, "6", 6.5, nil) })
	g.maybe(35, spec, "ttlSecondsAfterFinished", func() any {
		return odd[any](g, of(g, 0, 60, 3600, 86400, 604800, 604801, 31536000), -1, "1h", nil)
	})
	g.maybe(35, spec, "activeDeadlineSeconds", func() any { return odd[any](g, of(g, 0, 600, 3600, 86400, 86401), -1, nil) })
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
		spec["parallelism"] = of(g, 1, 2, 5, 50)
	case 1:
		spec["parallelism"], spec["completions"] = of(g, 0, 1, 3), odd[any](g, of(g, 1, 3, 10), -1)
	case 2, 3:
		spec["completionMode"] = odd(g, "Indexed", "Sorted")
		spec["completions"] = of(g, 1, 3, 100)
		g.maybe(50, spec, "parallelism", func() any { return of(g, 1, 3) })
		g.maybe(40, spec, "backoffLimitPerIndex", func() any { return odd[any](g, of(g, 0, 2, 11), -1) })
		if _, ok := spec["backoffLimitPerIndex"]; ok {
			g.maybe(40, spec, "maxFailedIndexes", func() any { return odd[any](g, 1, 0, 101, -1) })
			never = g.chance(95)
		}
		g.maybe(20, spec, "successPolicy", func() any {
			return object{"rules": []any{odd[any](g, of(g, object{"succeededCount": 1}, object{"succeededIndexes": "0"}), object{"succeededIndexes": "x"})}}
		})
	}
	if g.chance(12) {
		spec["podFailurePolicy"] = object{"rules": []any{g.failureRule()}}
		never = g.chance(90)
	}
	return never
}

func (g *grammar) failureRule() object {
	rule := object{"action": odd(g, of(g, "FailJob", "Ignore", "Count"), "Explode")}
	if g.chance(50) {
		rule["onExitCodes"] = object{
			"operator": odd(g, of(g, "In", "NotIn"), "Is"),
			"values":   odd[any](g, of(g, []any{1}, []any{42, 43}), []any{}, []any{2, 1}),
		}
		g.maybe(40, rule["onExitCodes"].(object), "containerName", func() any { return odd(g, "main", "nobody") })
	} else {
		rule["onPodConditions"] = []any{object{"type": "DisruptionTarget"}}
	}
	return rule
}
