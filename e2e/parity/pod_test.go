package parity

import (
	"fmt"
	"strings"
)

// template writes a Pod template.
func (g *grammar) template(never bool) object {
	spec := object{}
	switch {
	case never:
		spec["restartPolicy"] = "Never"
	case g.chance(60):
		spec["restartPolicy"] = odd[any](g, of(g, "Never", "Never", "OnFailure"), "Always", "Always", "Sometimes", nil, "")
	}
	mounts := g.volumes(spec)
	containers := []any{g.container("main", mounts)}
	if g.chance(25) {
		containers = append(containers, g.beside(mounts))
	}
	if g.chance(1) {
		for i := range 40 { // more than is said of one object
			containers = append(containers, object{"name": fmt.Sprintf("worker-%d", i), "image": "registry.example.com/team/a-rather-long-name/worker"})
		}
	}
	spec["containers"] = containers
	if g.chance(1) && g.chance(50) {
		spec["containers"] = []any{}
	}
	g.maybe(20, spec, "initContainers", func() any {
		init := g.container(odd(g, "prepare", "main").(string), mounts)
		g.maybe(50, init, "restartPolicy", func() any { return odd(g, "Always", "Sometimes") })
		return []any{init}
	})
	g.maybe(8, spec, "resources", func() any { return g.podResources() })
	g.maybe(5, spec, "nodeSelector", func() any { return object{"disk": odd[any](g, "ssd", true, "a b")} })
	g.maybe(5, spec, "tolerations", func() any {
		return []any{object{"key": "batch", "operator": odd(g, "Exists", "Maybe"), "effect": "NoSchedule"}}
	})
	g.maybe(15, spec, "terminationGracePeriodSeconds", func() any { return odd[any](g, of(g, 0, 30, 600, 3600), -1) })
	g.maybe(10, spec, "activeDeadlineSeconds", func() any { return odd[any](g, of(g, 60, 3600), 0, -1) })
	g.maybe(10, spec, "serviceAccountName", func() any { return odd(g, "runner", "Not_A_Name") })
	g.maybe(10, spec, "automountServiceAccountToken", func() any { return g.chance(50) })
	g.maybe(5, spec, "securityContext", func() any { return object{"runAsNonRoot": true, "runAsUser": of(g, 0, 1000)} })
	template := object{"spec": spec}
	g.maybe(25, template, "metadata", func() any {
		m := object{}
		g.maybe(80, m, "labels", func() any { return object{"app": odd(g, "report", "not a label!")} })
		g.maybe(35, m, "annotations", func() any { return g.injected() })
		return m
	})
	return template
}

// volumes reports whether there is one to be mounted.
func (g *grammar) volumes(spec object) bool {
	if !g.chance(15) {
		return false
	}
	spec["volumes"] = []any{of(g,
		object{"name": "data", "emptyDir": object{}},
		object{"name": "data", "emptyDir": object{"medium": "Memory"}},
		object{"name": "data", "emptyDir": object{"sizeLimit": "1Gi"}},
		object{"name": "data", "configMap": object{"name": "settings"}},
		object{"name": "data", "secret": object{"secretName": "key"}},
		object{"name": "data"},
		object{"name": "data", "persistentVolumeClaim": object{"claimName": "disk"}})}
	return true
}

func (g *grammar) container(name string, mounts bool) object {
	c := object{"name": name, "image": odd[any](g,
		of(g, "busybox:1.37", "busybox", "busybox:latest", "registry.example.com:5000/team/job:v2",
			"busybox@sha256:1111111111111111111111111111111111111111111111111111111111111111"),
		"", "Busybox", " busybox", nil, "a\u001b[31mb\u200b\u00e9:1", "busybox:"+strings.Repeat("9", 300))}
	g.maybe(65, c, "resources", func() any { return g.resources() })
	g.maybe(60, c, "command", func() any { return g.command() })
	g.maybe(15, c, "args", func() any { return []any{of(g, "--fast", "yes", "007")} })
	g.maybe(15, c, "env", func() any {
		return []any{
			object{"name": odd(g, "MODE", "", "1=2"), "value": odd[any](g, of(g, "yes", "1"), 1, true)},
			of(g, object{"name": "NODE", "valueFrom": object{"fieldRef": object{"fieldPath": "spec.nodeName"}}},
				object{"name": odd(g, "LEVEL", "MODE"), "value": "again"},
				object{"name": "INDEX", "valueFrom": object{"fieldRef": object{"fieldPath": "metadata.annotations['batch.kubernetes.io/job-completion-index']"}}},
				object{"name": "KEY", "valueFrom": object{"secretKeyRef": object{"name": "key", "key": "key"}}}),
		}
	})
	g.maybe(10, c, "ports", func() any {
		return []any{object{"containerPort": odd[any](g, 8080, 0, 70000, "http"), "protocol": odd(g, "TCP", "QUIC")}}
	})
	if mounts {
		g.maybe(60, c, "volumeMounts", func() any { return []any{object{"name": odd(g, "data", "missing"), "mountPath": "/data"}} })
	}
	g.maybe(4, c, "resizePolicy", func() any {
		return []any{object{"resourceName": of(g, "cpu", "memory"), "restartPolicy": odd(g, of(g, "NotRequired", "RestartContainer"), "Maybe")}}
	})
	g.maybe(8, c, "imagePullPolicy", func() any { return odd(g, of(g, "Always", "IfNotPresent"), "Sometimes") })
	g.maybe(8, c, "terminationMessagePolicy", func() any { return odd(g, "FallbackToLogsOnError", "Loud") })
	g.maybe(5, c, "livenessProbe", func() any {
		return odd[any](g, of(g, object{"exec": object{"command": []any{"true"}}}, object{"httpGet": object{"port": 8080}}), object{})
	})
	if g.chance(8) {
		g.restarts(c)
	}
	return c
}

// resources are quantities in many spellings, from little to much: a request is
// taken from the first half and a limit from the second.
func (g *grammar) resources() object {
	cpu := [2][]any{{"100m", "50m", "0.25", "1e-1", "250.5m", 1}, {1, "2", "1000m", "1.5", "10e-1", "4"}}
	memory := [2][]any{{"64Mi", "128Mi", 134217728, "100M", "0.1Gi"}, {"256Mi", "1Gi", "4Gi", "1e9", "0.5Gi", 1073741824}}
	resources := object{}
	if g.chance(8) {
		large := of(g, object{"cpu": "24", "memory": "4Gi"}, object{"cpu": 4, "memory": "80Gi"}, object{"cpu": 8, "memory": "16Gi", "nvidia.com/gpu": 20})
		return object{"requests": large, "limits": large}
	}
	for i, part := range []string{"requests", "limits"} {
		if !g.chance(60) {
			continue
		}
		list := object{}
		g.maybe(60, list, "cpu", func() any { return odd(g, of(g, cpu[i]...), "-1", "fast", nil, "0") })
		g.maybe(60, list, "memory", func() any { return odd(g, of(g, memory[i]...), "-1", "1GB", nil, "100m", "64Gi") })
		g.maybe(10, list, "ephemeral-storage", func() any { return of(g, "1Gi", "10Gi") })
		if part == "limits" || g.chance(1) {
			g.maybe(4, list, "nvidia.com/gpu", func() any { return odd[any](g, of[any](g, 1, "2"), "0.5") })
		}
		g.maybe(1, list, of(g, "coffee", "hugepages-2Mi"), func() any { return "4Mi" })
		resources[part] = list
	}
	return resources
}

// podResources are those of a Pod as a whole, mostly enough for its containers.
func (g *grammar) podResources() object {
	resources := object{}
	g.maybe(60, resources, "requests", func() any { return object{"cpu": odd(g, "6", "100m"), "memory": "6Gi"} })
	g.maybe(80, resources, "limits", func() any {
		return object{of(g, "cpu", "memory"): odd[any](g, "16Gi", "64Mi"), of(g, "memory", "cpu"): "20Gi"}
	})
	if g.chance(3) {
		resources["limits"] = object{"ephemeral-storage": "1Gi"}
	}
	return resources
}
