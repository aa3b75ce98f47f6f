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

defaults.containers[container.name].resources.requests := fill if {
	some container in input.containers
	fill := _requests(container.quantities)
}

defaults.containers[container.name].resources.limits := fill if {
	some container in input.containers
	fill := _limits(container.quantities)
}

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some container in input.containers
	some [section, resource] in (_required - _said(container.quantities))
	msg := $"sets no {resource} {trim_suffix(section, "s")}"
}

# A limit is a request as well.
_said(own) := {[section, resource] | some section, amounts in own; some resource, _ in amounts} | {["requests", resource] | some resource, _ in own.limits}

_required := {entry |
	some text in input.params.require
	entry := split(text, ".")
	not lib.given(entry[0], entry[1], _ranges)
} - _said({section: amounts | some section, amounts in input.pod.quantities})

_ranges := [item | some item in input.namespace.limitRanges]

# What the Pod says as a whole is not repeated in its containers.
_wanted := {section: amounts |
	some section, texts in {"requests": input.params.requests, "limits": input.params.limits}
	amounts := {resource: batchgate.quantity(resource, text) |
		some resource, text in texts
		not input.pod.quantities.requests[resource]
		not input.pod.quantities.limits[resource]
	}
}

_requests(own) := _allotted("requests", own) if {
	count(_ranges) > 0
} else := {resource: text |
	some resource, wanted in _wanted.requests
	amount := min({wanted} | {limit | limit := own.limits[resource]})
	text := batchgate.quantity_text(resource, amount)
}

_limits(own) := _allotted("limits", own) if {
	count(_ranges) > 0
} else := {resource: text |
	some resource, wanted in _wanted.limits
	amount := max({wanted} | {request | request := _request(resource, own)})
	text := batchgate.quantity_text(resource, amount)
}

_request(resource, own) := own.requests[resource]

_request(resource, own) := _wanted.requests[resource] if not own.requests[resource]

# What is left to a LimitRange is not filled in, and nothing that it would refuse.
_allotted(section, own) := {resource: text |
	some resource, _ in _wanted[section]
	not lib.given(section, resource, _ranges)
	_fits[resource]
	text := batchgate.quantity_text(resource, lib.amount(section, resource, own, _wanted, _ranges))
}

# A Pod that no LimitRange would admit is better refused than left without a word.
_fits contains resource if {
	some resource in {"cpu", "memory", "ephemeral-storage"}
	lib.pod_fits(resource, _amounts("requests", resource), _amounts("limits", resource), _ranges)
}

_amounts(section, resource) := [[container.role, amount] |
	some container in input.containers
	amount := lib.amount(section, resource, container.quantities, _wanted, _ranges)
]
