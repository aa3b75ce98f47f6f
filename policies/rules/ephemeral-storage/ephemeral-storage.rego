# METADATA
# title: Scratch space is bounded
# description: |
#   Logs, files that a container writes beside its volumes and emptyDir volumes lie
#   on the disk of the node. A task without a bound can fill it, and the kubelet then
#   evicts other Pods too. An ephemeral-storage limit bounds all of it; a container
#   that works in an emptyDir with a sizeLimit has said what it needs.
#
#   An emptyDir with medium Memory is no disk at all: what is written there counts
#   against the memory limit of who writes it, so it needs a sizeLimit of its own.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/ephemeral-storage/
#   - ref: https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         advised: {type: string, default: 10Gi, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$',
#           description: "The ephemeral-storage limit, a quantity, that a finding names to begin with."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["ephemeral-storage"]

import data.batchgate.lib

deny contains {"field": ["containers", container.name, "resources", "limits", "ephemeral-storage"], "msg": msg, "fix": input.params.advised} if {
	some container in input.containers
	not container.quantities.limits["ephemeral-storage"]
	not _works_in_bounds[container.name]
	not lib.given("limits", "ephemeral-storage", _ranges)
	msg := $"has no ephemeral-storage limit, what it writes may fill the node; set one, such as {input.params.advised}"
}

deny contains {"field": ["pod", "spec", "volumes"], "msg": msg} if {
	some volume in input.pod.spec.volumes
	volume.emptyDir.medium == "Memory"
	not volume.emptyDir.sizeLimit
	msg := $"keep emptyDir {volume.name} in memory, it counts against the memory limits; give it a sizeLimit"
}

# Sets, made once: to ask for each container takes seconds where there are thousands.
_works_in_bounds := {container.name |
	some container in input.containers
	some mount in container.volumeMounts
	mount.name in _sized
}

_sized := {volume.name |
	some volume in input.pod.spec.volumes
	volume.emptyDir.sizeLimit
}

_ranges := [item | some item in input.namespace.limitRanges]
