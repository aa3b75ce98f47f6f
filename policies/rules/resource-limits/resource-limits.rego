# METADATA
# title: Containers say what they need and what they may take
# description: |
#   A container without requests is placed anywhere, one without limits takes what
#   it can get. Every container, init container and sidecar is given what it does
#   not say, request and limit together: a request never above the limit that its
#   author wrote, a limit never below the request. What the Pod as a whole says
#   about a resource is not repeated in its containers, and what a LimitRange of
#   the namespace gives is left to it; nothing is filled in that it would refuse.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         requests:
#           type: object
#           additionalProperties: false
#           properties: {cpu: {type: string}, memory: {type: string}, ephemeral-storage: {type: string}}
#           default: {cpu: 100m, memory: 128Mi}
#           description: "Quantities requested for a container that requests none; a resource left out is not filled in."
#         limits:
#           type: object
#           additionalProperties: false
#           properties: {cpu: {type: string}, memory: {type: string}, ephemeral-storage: {type: string}}
#           default: {cpu: "1", memory: 1Gi}
#           description: "Quantities that limit a container without limits; a resource left out is not filled in."
#         require:
#           type: array
#           items: {type: string, enum: [requests.cpu, requests.memory, requests.ephemeral-storage, limits.cpu, limits.memory, limits.ephemeral-storage]}
#           default: [requests.cpu, requests.memory, limits.memory]
#           description: "What every container, its Pod or a LimitRange must say; a limit also counts as a request."
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["resource-limits"]

import data.batchgate.lib

defaults.containers[container.name].resources.requests := requests if {
	some container in input.containers
	own := object.get(container, "quantities", {})
	requests := {resource: lib.quantity_text(resource, lib.request_of(own, resource, _wanted, _ranges)) |
		some resource, _ in _wanted.requests
		not lib.given_request(_ranges, resource)
		_fits[resource]
	}
	requests != {}
}

defaults.containers[container.name].resources.limits := limits if {
	some container in input.containers
	own := object.get(container, "quantities", {})
	limits := {resource: lib.quantity_text(resource, lib.limit_of(own, resource, _wanted, _ranges)) |
		some resource, _ in _wanted.limits
		not lib.given_limit(_ranges, resource)
		_fits[resource]
	}
	limits != {}
}

deny contains {"field": ["containers", container.name, "resources", "requests", resource], "msg": msg} if {
	some container in input.containers
	some resource in _required.requests
	not container.quantities.requests[resource]
	not container.quantities.limits[resource]
	not input.pod.quantities.requests[resource]
	not input.pod.quantities.limits[resource]
	not lib.given_request(_ranges, resource)
	msg := $"sets no {resource} request"
}

deny contains {"field": ["containers", container.name, "resources", "limits", resource], "msg": msg} if {
	some container in input.containers
	some resource in _required.limits
	not container.quantities.limits[resource]
	not input.pod.quantities.limits[resource]
	not lib.given_limit(_ranges, resource)
	msg := $"sets no {resource} limit"
}

_ranges := [item | some item in input.namespace.limitRanges]

_required[section] contains resource if {
	some entry in input.params.require
	[section, resource] := split(entry, ".")
}

# What is filled in unless the Pod as a whole says it, or another controller than
# that of Jobs made or runs the Job.
_wanted.requests[resource] := batchgate.quantity(resource, text) if {
	some resource, text in input.params.requests
	_fillable(resource)
}

_wanted.limits[resource] := batchgate.quantity(resource, text) if {
	some resource, text in input.params.limits
	_fillable(resource)
}

_fillable(resource) if {
	not input.owner.manager
	not input.owner.controller == "operator"
	not input.pod.quantities.requests[resource]
	not input.pod.quantities.limits[resource]
}

# A Pod that the namespace's LimitRanges would not admit with what is filled in
# is better refused than left to fail without a word.
_fits contains resource if {
	some resource in {"cpu", "memory", "ephemeral-storage"}
	requests := [[container.role, lib.request_of(object.get(container, "quantities", {}), resource, _wanted, _ranges)] |
		some container in input.containers
	]
	limits := [[container.role, lib.limit_of(object.get(container, "quantities", {}), resource, _wanted, _ranges)] |
		some container in input.containers
	]
	lib.pod_fits(_ranges, resource, requests, limits)
}
