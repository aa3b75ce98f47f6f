package parity

import "strings"

func (g *grammar) metadata(kind, name string) object {
	right := any(name)
	if kind == "CronJob" {
		right = g.cronJobName(name)
	}
	m := object{"name": odd[any](g, right, name, name+".v1", name+strings.Repeat("x", 45), name+strings.Repeat("x", 60), "Parity", name+"-")}
	if g.chance(8) {
		m = object{"generateName": odd[any](g, name+"-", name+strings.Repeat("-x", 30), "Parity-")}
	}
	g.maybe(10, m, "namespace", func() any { return g.namespace })
	if g.chance(5) {
		g.export(m)
	}
	g.maybe(2, m, "finalizers", func() any { return []any{of(g, "example.com/hold", "hold")} })
	g.maybe(35, m, "labels", func() any { return g.labels() })
	g.maybe(30, m, "annotations", func() any { return g.annotations() })
	g.maybe(6, m, "ownerReferences", func() any { return []any{g.owner()} })
	return m
}

// owner is a controller, whose own requests are sent by its own user.
func (g *grammar) owner() object {
	owner := of(g,
		object{"apiVersion": "batch/v1", "kind": "CronJob"},
		object{"apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet"},
		object{"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"},
		object{"apiVersion": "tekton.dev/v1", "kind": "TaskRun"},
		object{"apiVersion": "example.com/v1", "kind": "Pipeline"})
	g.operator = map[any]string{
		"CronJob":  "system:serviceaccount:kube-system:cronjob-controller",
		"JobSet":   "system:serviceaccount:jobset-system:jobset-controller-manager",
		"Workflow": "system:serviceaccount:argo:argo",
		"TaskRun":  "system:serviceaccount:tekton-pipelines:tekton-pipelines-controller",
		"Pipeline": "pipeline-bot",
	}[owner["kind"]]
	owner["name"], owner["uid"], owner["controller"] = "owner", "7f3f6d0e-0000-4000-8000-000000000001", g.chance(80)
	return owner
}

// tracked is a Job that something creates again once it has removed itself.
func (g *grammar) tracked(job object) {
	metadata, spec := job["metadata"].(object), job["spec"].(object)
	metadata["annotations"] = object{"argocd.argoproj.io/tracking-id": "shop:batch/Job:default/x"}
	spec["ttlSecondsAfterFinished"] = of(g, 60, 3600, 86400)
}

// annotations are marks of the tools that create Jobs: hooks with what removes
// them, releases, tracked objects.
func (g *grammar) annotations() object {
	return of(g,
		object{"helm.sh/hook": "pre-install"},
		object{"helm.sh/hook": "pre-upgrade,pre-install", "helm.sh/hook-delete-policy": "hook-succeeded"},
		object{"helm.sh/hook": "post-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded"},
		object{"argocd.argoproj.io/hook": "PostSync"},
		object{"argocd.argoproj.io/hook": "PreSync", "argocd.argoproj.io/hook-delete-policy": "HookSucceeded"},
		object{"argocd.argoproj.io/tracking-id": "shop:batch/Job:default/x"},
		object{"argocd.argoproj.io/tracking-id": "shop:batch/Job:default/x"},
		object{"meta.helm.sh/release-name": "shop"},
		object{"batchgate.dev/filled": `{"spec.backoffLimit":99}`},
		object{"note": "an <angry> & \"quoted\" note"},
	)
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
	profile := of(g, "migration", "batch", "maintenance", "notification", "smoke-test", "export", "ci", "heavy", "migrtion")
	return of(g,
		object{"app": "report"},
		object{"app": "report", "team": "data"},
		object{"kueue.x-k8s.io/queue-name": "main"},
		object{"batchgate.dev/profile": profile},
		object{"batchgate.dev/profile": profile, "app": "report"},
		object{"app.kubernetes.io/managed-by": of(g, "Helm", "flux", "terraform")},
		object{"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"},
	)
}
