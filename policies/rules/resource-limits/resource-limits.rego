# METADATA
# title: Containers say what they need and what they may take
# description: |
#   A container without requests is placed anywhere, one without limits takes what it
#   can get. Every container, init container and sidecar is given what it does not say:
#   a request never above the limit that its author wrote, a limit never below the
#   request. What the Pod says as a whole is not repeated in its containers, what a
#   LimitRange gives is left to it, and nothing is filled in that it would refuse.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         requests: {type: object, additionalProperties: false, default: {cpu: 100m, memory: 128Mi},
#           properties: {cpu: {type: string}, memory: {type: string}, ephemeral-storage: {type: string}},
#           description: "Quantities for a container that requests none; a resource left out is not filled in."}
#         limits: {type: object, additionalProperties: false, default: {cpu: "1", memory: 1Gi},
#           properties: {cpu: {type: string}, memory: {type: string}, ephemeral-storage: {type: string}},
#           description: "Quantities for a container without limits; a resource left out is not filled in."}
#         require: {type: array, default: [requests.cpu, requests.memory, limits.memory],
#           items: {type: string, enum: [requests.cpu, requests.memory, requests.ephemeral-storage,
#             limits.cpu, limits.memory, limits.ephemeral-storage]},
#           description: "What every container, its Pod or a LimitRange must say; a limit is a request as well."}
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["resource-limits"]

import data.batchgate.lib

defaults.containers[container.name].resources.requests := _fill("requests", _own[i]) if {
	some i, container in input.containers
}

defaults.containers[container.name].resources.limits := _fill("limits", _own[i]) if {
	some i, container in input.containers
}

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some i, container in input.containers
	some entry in input.params.require
	[section, resource] := split(entry, ".")
	not lib.amount(section, resource, _own[i], {}, _ranges)
	not lib.amount(section, resource, _of_pod, {}, [])
	msg := $"sets no {resource} {trim_suffix(section, "s")}"
}

_ranges := [item | some item in input.namespace.limitRanges]

_own := [own |
	some container in input.containers
	own := {section: amounts | some section, amounts in container.quantities}
]

_of_pod := {section: amounts | some section, amounts in input.pod.quantities}

_fill(section, own) := {resource: lib.quantity_text(resource, amount) |
	some resource, _ in _wanted[section]
	not lib.given(section, resource, _ranges)
	_fits[resource]
	amount := lib.amount(section, resource, own, _wanted, _ranges)
}

# What the Pod says as a whole is not repeated in its containers.
_wanted[section][resource] := batchgate.quantity(resource, text) if {
	some section, texts in {"requests": input.params.requests, "limits": input.params.limits}
	some resource, text in texts
	not _of_pod.requests[resource]
	not _of_pod.limits[resource]
}

# A Pod that no LimitRange would admit is better refused than left without a word.
_fits contains resource if {
	some resource in {"cpu", "memory", "ephemeral-storage"}
	lib.pod_fits(resource, _amounts("requests", resource), _amounts("limits", resource), _ranges)
}

_amounts(section, resource) := [[container.role, amount] |
	some i, container in input.containers
	amount := lib.amount(section, resource, _own[i], _wanted, _ranges)
]
