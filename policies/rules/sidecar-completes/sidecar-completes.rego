# METADATA
# title: Sidecars end with the work
# description: |
#   A Pod succeeds when all of its containers have. A proxy or log shipper that
#   runs beside the work as an ordinary container never ends, so neither does the
#   Job. As an init container with restartPolicy Always it is a sidecar: Kubernetes
#   starts it before the work and stops it afterwards. With restartPolicy OnFailure
#   the restarts of sidecars count against backoffLimit.
#
#   What an injector adds is not in the template yet; judged are the annotations
#   that ask for it. A Pod that stops its sidecar itself is left alone: by a call
#   such as /quitquitquit, from a shell around it, or in a shared process namespace.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#sidecar-containers-and-jobs
#   - ref: https://linkerd.io/2/features/native-sidecars/
#   - ref: https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         known: {type: array, items: {type: string}, default: [cloud-sql-proxy, cloudsql-proxy, consul-dataplane, daprd, envoy, fluent-bit,
#           fluentd, gce-proxy, istio-proxy, linkerd-proxy, otel-collector, promtail, vault-agent],
#           description: "Names of containers, and last parts of image names, that serve beside the work and do not end."}
#         injectors: {type: array, items: {type: string, enum: [dapr, istio, linkerd, vault]}, default: [istio, linkerd, vault],
#           description: "Injectors that add ordinary containers here; without those that make all their sidecars native ones."}
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["sidecar-completes"]

deny contains {"field": ["containers", container.name, "name"], "msg": msg} if {
	some container in input.containers
	container.name in _serving
	_works
	not _stopped
	not container.name in _wrapped
	msg := "keeps the Job from completing; make it an init container with restartPolicy: Always"
}

deny contains {"field": ["pod", "metadata", "annotations", key], "msg": msg} if {
	some [injector, key, way_out] in _injected
	injector in input.params.injectors
	not _stopped
	msg := $"keeps the Job from completing; {way_out}"
}

_serving := {container.name |
	some container in input.containers
	container.role == "main"
	names := {container.name} | {name |
		parts := split(container.reference.repository, "/")
		name := parts[count(parts) - 1]
	}
	some name in names
	name in input.params.known
}

# Beside what? A Job may well run one of them as its work.
_works if {
	some container in input.containers
	container.role == "main"
	not container.name in _serving
}

_stopped if input.pod.spec.shareProcessNamespace

_stopped if {
	some container in input.containers
	some words in [[word | some word in container.command], [word | some word in container.args]]
	some word in words
	some call in ["quitquitquit", "/shutdown", "/agent/v1/quit", "linkerd-await", "pilot-agent", "exit-after-auth"]
	contains(word, call)
}

_wrapped := {container.name |
	some container in input.containers
	array.reverse(split(container.command[0], "/"))[0] in {"sh", "bash", "dash", "ash"}
}

_injected contains ["linkerd", "linkerd.io/inject", $"set {native}: \"true\""] if {
	native := "config.beta.linkerd.io/proxy-enable-native-sidecar"
	input.pod.metadata.annotations["linkerd.io/inject"] in {"enabled", "ingress"}
	not input.pod.metadata.annotations["config.beta.linkerd.io/proxy-enable-native-sidecar"] == "true"
	not input.pod.metadata.annotations["config.alpha.linkerd.io/proxy-enable-native-sidecar"] == "true"
}

_injected contains ["istio", "sidecar.istio.io/nativeSidecar", "leave it out"] if {
	input.pod.metadata.annotations["sidecar.istio.io/nativeSidecar"] == "false"
	not input.pod.metadata.labels["sidecar.istio.io/inject"] == "false"
	not input.pod.metadata.annotations["sidecar.istio.io/inject"] == "false"
}

_injected contains ["vault", "vault.hashicorp.com/agent-inject", $"set {only}: \"true\""] if {
	only := "vault.hashicorp.com/agent-pre-populate-only"
	input.pod.metadata.annotations["vault.hashicorp.com/agent-inject"] == "true"
	not input.pod.metadata.annotations["vault.hashicorp.com/agent-pre-populate-only"] == "true"
	not input.pod.metadata.annotations["vault.hashicorp.com/agent-enable-quit"] == "true"
}

_injected contains ["dapr", "dapr.io/enabled", "call its /v1.0/shutdown when the work is done"] if {
	input.pod.metadata.annotations["dapr.io/enabled"] == "true"
}
