# METADATA
# title: Pods that share work know their part
# description: |
#   Only the Pods of an Indexed Job have an index. In any other Job the variable
#   JOB_COMPLETION_INDEX is not set, so that every Pod does the same part, or none.
#   An Indexed Job needs completions, which say how many parts there are. A platform
#   may ask for an index wherever the number of parts is fixed: Pods without one
#   must find out from somewhere else which part is theirs.
#
#   A Pod that is being deleted counts as gone by default, and its successor with
#   the same index may start beside it. Where the two need the same scarce device
#   the successor waits for it anyway, and workers that talk to one another meet
#   an index twice; podReplacementPolicy Failed waits until the old Pod has ended.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#delayed-creation-of-replacement-pods
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         fixedCount: {type: boolean, default: false, description: "Whether a Job of several completions is to be Indexed, also where no container reads its index."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["indexed-advice"]

deny contains {"field": ["job", "spec", "completionMode"], "msg": msg, "fix": "Indexed"} if {
	not input.job.spec.completionMode == "Indexed"
	input.job.spec.completions > 1
	names := concat(", ", sort(_readers))
	names != ""
	msg := $"must be Indexed: container {names} reads the completion index"
}

deny contains {"field": ["job", "spec", "completionMode"], "msg": msg} if {
	input.job.spec.parallelism > 1
	not input.job.spec.completions
	names := concat(", ", sort(_readers))
	names != ""
	msg := $"must be Indexed, with completions for the number of parts: container {names} reads the completion index"
}

deny contains {"field": ["job", "spec", "completionMode"], "msg": msg, "fix": "Indexed"} if {
	input.params.fixedCount
	completions := input.job.spec.completions
	completions > 1
	not input.job.spec.completionMode == "Indexed"
	count(_readers) == 0
	msg := $"should be Indexed, so that each of the {completions} Pods knows its part by JOB_COMPLETION_INDEX"
}

deny contains {"field": ["job", "spec", "podReplacementPolicy"], "msg": msg, "fix": "Failed"} if {
	input.job.spec.completionMode == "Indexed"
	not input.job.spec.podReplacementPolicy == "Failed"
	not input.intent["job.spec.podReplacementPolicy"] == "explicit"
	not input.job.spec.podFailurePolicy
	not input.owner.controller == "operator"
	devices := concat(", ", sort(_devices))
	devices != ""
	msg := $"should be Failed, else an index has two Pods for its {devices}"
}

_readers contains container.name if {
	some container in input.containers
	some text in array.concat(
		[word | some word in container.command],
		array.concat([word | some word in container.args], [variable.value | some variable in container.env]),
	)
	contains(text, "JOB_COMPLETION_INDEX")
	not container.name in _own
}

_readers contains container.name if {
	some container in input.containers
	some variable in container.env
	contains(variable.valueFrom.fieldRef.fieldPath, "batch.kubernetes.io/job-completion-index")
}

# Containers that set the variable themselves.
_own := {container.name |
	some container in input.containers
	some variable in container.env
	variable.name == "JOB_COMPLETION_INDEX"
}

# Extended resources: whole devices that two Pods cannot share.
_devices contains resource if {
	some container in input.containers
	some resource, _ in container.resources.limits
	contains(resource, "/")
}
