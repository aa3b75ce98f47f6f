# METADATA
# title: One Pod does not take more than the platform gives
# description: |
#   A batch task takes what it may: a limit of 64 cores is 64 cores that nobody else
#   has while it runs. A container, and all containers of a Pod together, stay at or
#   below the platform's maximum; init containers count one after the other, as the
#   scheduler counts them. A task that needs more is better spread over several Pods.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         max: {type: object, default: {cpu: "16", memory: 64Gi, ephemeral-storage: 100Gi},
#           additionalProperties: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#           description: "The most that a Pod may request or be limited to, by resource; one left out is not judged."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["resource-maximum"]

import data.batchgate.lib

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg, "value": text, "fix": most} if {
	some container in input.containers
	some section, own in container.quantities
	some resource, amount in own
	amount > _max[resource]
	text := lib.shown(resource, amount)
	most := input.params.max[resource]
	msg := $"has a {resource} {trim_suffix(section, "s")} of {text}, the most allowed is {most}"
}

deny contains {"field": ["pod", "spec", "resources", section, resource], "msg": msg, "value": text, "fix": most} if {
	some section, own in input.pod.quantities
	some resource, amount in own
	amount > _max[resource]
	text := lib.shown(resource, amount)
	most := input.params.max[resource]
	msg := $"is {text}, the most allowed is {most}"
}

# What one container, or the Pod as a whole, says already is not said again.
deny contains {"field": ["pod", "spec", "containers"], "msg": msg} if {
	count(_containers) > 1
	some resource, most in _max
	total := max({n |
		some section in ["requests", "limits"]
		n := lib.pod_amount(section, resource, _whole, _containers, [])
	})
	total > most
	every own in _said {
		object.get(own, resource, 0) <= most
	}
	msg := $"add up to {lib.shown(resource, total)} of {resource}, the most allowed for a Pod is {input.params.max[resource]}"
}

_said contains own if some _, own in _whole

_said contains own if {
	some [_, quantities] in _containers
	some own in quantities
}

_containers := [[container.role, container.quantities] | some container in input.containers]

_whole := {section: own | some section, own in input.pod.quantities}

_max := {resource: batchgate.quantity(resource, text) | some resource, text in input.params.max}
