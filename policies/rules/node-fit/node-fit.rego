# METADATA
# title: Pods fit on a node
# description: |
#   A Pod that requests more than any node has stays Pending for ever: no retry
#   counts and nothing but a deadline ends its Job. What counts is what a node
#   offers to Pods (its allocatable, less what DaemonSets take), on the largest node
#   that there is or that the autoscaler can add.
#
#   Which node that is, only the platform knows. A guess would warn about Jobs that
#   run, or miss those that do not, so that the rule is silent until largestNode
#   says it.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/#node-allocatable
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#my-pods-are-pending-with-event-message-failedscheduling
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         largestNode: {type: object, default: {},
#           additionalProperties: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#           description: "What the largest node offers to Pods, by resource, such as {cpu: \"62\", memory: 240Gi}; one left out is not judged."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["node-fit"]

import data.batchgate.lib

deny contains {"field": ["containers", container.name, "resources", "requests", resource], "msg": msg, "value": text, "fix": most} if {
	some resource, most in input.params.largestNode
	some container in input.containers
	not resource in _of_pod
	request := lib.amount("requests", resource, container.quantities, {}, [])
	request > _node[resource]
	text := lib.shown(resource, request)
	msg := $"requests {text} of {resource}, the largest node has {most}: its Pods stay Pending"
}

deny contains {"field": ["pod", "spec", "resources"], "msg": msg} if {
	some resource in _of_pod
	request := lib.pod_amount("requests", resource, _whole, _containers, [])
	request > _node[resource]
	text := lib.shown(resource, request)
	msg := $"request {text} of {resource}, the largest node has {input.params.largestNode[resource]}: the Pods stay Pending"
}

# A container that does not fit alone is told so itself.
deny contains {"field": ["pod", "spec", "containers"], "msg": msg} if {
	some resource, most in input.params.largestNode
	count(_containers) > 1
	not resource in _of_pod
	request := lib.pod_amount("requests", resource, {}, _containers, [])
	request > _node[resource]
	requests := [n | some [_, own] in _containers; n := lib.amount("requests", resource, own, {}, [])]
	max(requests) <= _node[resource]
	text := lib.shown(resource, request)
	msg := $"request {text} of {resource} together, the largest node has {most}: the Pods stay Pending"
}

_containers := [[container.role, container.quantities] | some container in input.containers]

_whole := {section: own | some section, own in input.pod.quantities}

_of_pod := {resource | some own in _whole; some resource, _ in own}

_node := {resource: batchgate.quantity(resource, text) | some resource, text in input.params.largestNode}
