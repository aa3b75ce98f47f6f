# METADATA
# title: Sidecars end with the work
# description: |
#   A Pod succeeds when all of its containers have. A proxy or log shipper that
#   runs beside the work as an ordinary container never ends, so neither does the
#   Job. As an init container with restartPolicy Always it is a sidecar: Kubernetes
#   starts it before the work and stops it afterwards. With restartPolicy OnFailure
#   the restarts of sidecars count against backoffLimit.
#
#   What an injector adds is not in the template yet; judged are the labels and
#   annotations, of the Pod or of its namespace, that ask for it. The proxy of Istio
#   is a sidecar from 1.27 on, which istioNative says of the Istio here. A Pod that stops its sidecar itself is left alone: by a call
#   such as /quitquitquit, from a shell around it, or in a shared process namespace.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#sidecar-containers-and-jobs
#   - ref: https://linkerd.io/2/features/native-sidecars/
#   - ref: https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
#   - ref: https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         known: {type: array, items: {type: string}, default: [cloud-sql-proxy, cloudsql-proxy, consul-dataplane, daprd, dind, envoy, fluent-bit,
#           fluentd, gce-proxy, istio-proxy, linkerd-proxy, opentelemetry-collector, opentelemetry-collector-contrib, otel-collector,
#           promtail, vault-agent],
#           description: "Names of containers, and last parts of image names, that serve beside the work and do not end."}
#         injectors: {type: array, items: {type: string, enum: [dapr, istio, linkerd, vault]}, default: [istio, linkerd, vault],
#           description: "Injectors that add ordinary containers here; without those that make all their sidecars native ones."}
#         istioNative: {type: boolean, default: true, description: "Whether Istio makes its proxy a native sidecar here, as it does since 1.27."}
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["sidecar-completes"]

import data.batchgate.lib

deny contains {"field": ["containers", container.name, "name"], "msg": msg} if {
	some container in input.containers
	container.name in _serving
	_works
	not _stopped
	not container.name in _wrapped
	msg := "keeps the Job from completing; make it an init container with restartPolicy: Always"
}

deny contains {"field": ["pod", "metadata", section, key], "msg": msg} if {
	some [injector, section, key, where, way_out] in _injected
	injector in input.params.injectors
	not _stopped
	msg := $"{where}keeps the Job from completing; {way_out}"
}

_serving := {container.name |
	some container in input.containers
	container.role == "main"
	some name in ({container.name} | {last | last := lib.program(container.reference.repository)})
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
	lib.ends_sidecars(array.concat([word | some word in container.command], [word | some word in container.args]))
}

_wrapped := {container.name |
	some container in input.containers
	lib.program(container.command[0]) in {"sh", "bash", "dash", "ash"}
}

_injected contains ["linkerd", "annotations", "linkerd.io/inject", where, $"set {_native[0]}: \"true\""] if {
	[where, inject] := _linkerd
	inject in {"enabled", "ingress"}
	not _linkerd_native
}

# The Pod's own word counts before that of its namespace.
_linkerd := ["", inject] if inject := input.pod.metadata.annotations["linkerd.io/inject"]

else := [$"is {inject} in the namespace, which ", inject] if inject := input.namespace.annotations["linkerd.io/inject"]

_linkerd_native if "true" in _said

_linkerd_native if {
	some i, key in _native
	input.namespace.annotations[key] == "true"
	not _said[i] == "false"
}

# By the keys themselves: one that is worked out would read all annotations.
_said[0] := input.pod.metadata.annotations["config.beta.linkerd.io/proxy-enable-native-sidecar"]

_said[1] := input.pod.metadata.annotations["config.alpha.linkerd.io/proxy-enable-native-sidecar"]

_native := ["config.beta.linkerd.io/proxy-enable-native-sidecar", "config.alpha.linkerd.io/proxy-enable-native-sidecar"]

_injected contains ["istio", "annotations", "sidecar.istio.io/nativeSidecar", "", "leave it out"] if {
	input.pod.metadata.annotations["sidecar.istio.io/nativeSidecar"] == "false"
	not input.pod.metadata.labels["sidecar.istio.io/inject"] == "false"
	not input.pod.metadata.annotations["sidecar.istio.io/inject"] == "false"
}

_injected contains ["istio", section, "sidecar.istio.io/inject", where, way_out] if {
	not input.params.istioNative
	not input.pod.metadata.annotations["sidecar.istio.io/nativeSidecar"]
	some [section, where, "true"] in [_istio]
	way_out := "say \"false\", or annotate sidecar.istio.io/nativeSidecar: \"true\""
}

_istio := ["labels", "", inject] if inject := input.pod.metadata.labels["sidecar.istio.io/inject"]

else := ["annotations", "", inject] if inject := input.pod.metadata.annotations["sidecar.istio.io/inject"]

else := ["labels", "is not set where the namespace has istio-injection: enabled, which ", "true"] if {
	input.namespace.labels["istio-injection"] == "enabled"
}

_injected contains ["vault", "annotations", "vault.hashicorp.com/agent-inject", "", $"set {only}: \"true\""] if {
	only := "vault.hashicorp.com/agent-pre-populate-only"
	input.pod.metadata.annotations["vault.hashicorp.com/agent-inject"] == "true"
	not input.pod.metadata.annotations["vault.hashicorp.com/agent-pre-populate-only"] == "true"
	not input.pod.metadata.annotations["vault.hashicorp.com/agent-enable-quit"] == "true"
}

_injected contains ["dapr", "annotations", "dapr.io/enabled", "", "call its /v1.0/shutdown when the work is done"] if {
	input.pod.metadata.annotations["dapr.io/enabled"] == "true"
}
