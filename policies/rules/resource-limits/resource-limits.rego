# METADATA
# title: Containers say what they need and what they may take
# description: |
#   A container without requests is placed anywhere, one without limits takes what it
#   can get. Every container, init container and sidecar is given what it does not say:
#   a request never above the limit that its author wrote, a limit never below the
#   request. What the Pod says as a whole is not repeated in its containers, what a
#   LimitRange gives is left to it, and nothing is filled in that it would refuse.
#
#   A container that takes a device, such as a GPU, or has a claim to one is given
#   requests and no limits, and may go without: its node is chosen by the device, and
#   a limit that nobody measured kills the training on its first batch.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         requests: {type: object, additionalProperties: false, default: {cpu: 100m, memory: 128Mi},
#           properties: {cpu: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#             memory: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#             ephemeral-storage: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'}},
#           description: "Quantities for a container that requests none; a resource left out is not filled in."}
#         limits: {type: object, additionalProperties: false, default: {cpu: "1", memory: 1Gi},
#           properties: {cpu: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#             memory: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#             ephemeral-storage: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'}},
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

defaults.containers[container.name].resources.requests := _filled("requests", container.quantities) if {
	some container in input.containers
	not container.name in _twice
}

defaults.containers[container.name].resources.limits := _filled("limits", container.quantities) if {
	some container in input.containers
	not container.name in _twice
	not container.name in _has_device
}

# A limit is a request as well.
deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some container in input.containers
	some [section, resource] in _required
	not _spared[[section, container.name]]
	not container.quantities[section][resource]
	not container.quantities.limits[resource]
	not input.pod.quantities[section][resource]
	not input.pod.quantities.limits[resource]
	not lib.given(section, resource, _ranges)
	msg := $"sets no {resource} {trim_suffix(section, "s")}"
}

# Which of two containers of one name a fill is for, nobody can tell; Kubernetes
# refuses them.
_twice := lib.repeated([container.name | some container in input.containers])

_spared := {["limits", name] | some name in _has_device}

# A GPU and the like: what a program needs beside it no default can know.
_has_device := _claims | {container.name |
	some container in input.containers
	some resource, amount in container.quantities.limits
	contains(resource, "/")
	amount > 0
}

_claims := {container.name | some container in input.containers; container.resources.claims[0]}

# A limit of 0 is none for the kubelet, and a request of 0 asks for nothing.
deny contains {"field": array.concat(path, ["resources", section, resource]), "msg": msg, "value": 0} if {
	some [path, own] in _said
	some section, amounts in own
	some resource, amount in amounts
	amount == 0
	resource in _watched
	msg := $"sets a {resource} {trim_suffix(section, "s")} of 0, which is none"
}

_said contains [["containers", container.name], container.quantities] if some container in input.containers

_said contains [["pod", "spec"], input.pod.quantities] if input.pod.quantities

_watched := {resource | some [_, resource] in _required}

_required := [split(entry, ".") | some entry in input.params.require]

_ranges := [item | some item in input.namespace.limitRanges]

_filled(section, own) := _allotted(section, own) if input.namespace.limitRanges[_]

else := object.union(
	{resource: text |
		some resource, text in _texts[section]
		not own.requests[resource]
		not own.limits[resource]
		not _of_pod[resource]
	},
	{resource: text |
		some resource, amount in own[_other[section]]
		amount > 0 # what is wrong itself is no measure
		not own[section][resource]
		not _of_pod[resource]
		text := batchgate.quantity_text(resource, _fitting(section, [amount, _amounts[section][resource]]))
	},
)

_other := {"requests": "limits", "limits": "requests"}

_fitting("requests", amounts) := min(amounts)

_fitting("limits", amounts) := max(amounts)

# What is left to a LimitRange is not filled in, and nothing that it would refuse.
_allotted(section, own) := {resource: text |
	some resource, _ in _wanted[section]
	not lib.given(section, resource, _ranges)
	_fits[resource]
	amount := lib.amount(section, resource, own, _wanted, _ranges)
	amount > 0
	text := batchgate.quantity_text(resource, amount)
}

# A Pod that no LimitRange would admit is better refused than left without a word.
_fits := {r | some all in _amounts; some r, _ in all; lib.pod_fits(r, _containers, _wanted, _ranges)}

_containers := [[container.role, container.quantities] | some container in input.containers]

# What the Pod says as a whole is not repeated in its containers.
_of_pod := {resource | some amounts in input.pod.quantities; some resource, _ in amounts}

_wanted := {section: {resource: amount | some resource, amount in all; not _of_pod[resource]} | some section, all in _amounts}

_amounts := {section: amounts |
	some section, texts in {"requests": input.params.requests, "limits": input.params.limits}
	amounts := {resource: batchgate.quantity(resource, text) | some resource, text in texts}
}

# What a container that says nothing gets.
_texts := lib.texts(_amounts)
