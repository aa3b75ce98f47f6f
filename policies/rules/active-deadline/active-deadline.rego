# METADATA
# title: Jobs end
# description: |
#   Only activeDeadlineSeconds ends a Job whose Pods cannot be created, stay
#   Pending or hang: backoffLimit counts Pods that failed, and these do not fail.
#   The clock stands still while a Job is suspended. A deadline of 0 is accepted by
#   Kubernetes and fails the Job at once. A task that needs longer than the
#   platform allows is better split, by Indexed completions or by checkpoints.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         seconds: {type: integer, minimum: 0, default: 0, description: "Deadline in seconds given to a Job that names none; 0 gives none."}
#         required: {type: boolean, default: true, description: "Whether a Job must have a deadline."}
#         max: {type: integer, minimum: 1, default: 86400, description: "The longest deadline in seconds that a Job may ask for."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["active-deadline"]

defaults.job.spec.activeDeadlineSeconds := input.params.seconds if input.params.seconds > 0

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "fix": _most} if {
	input.params.required
	input.job.spec
	not input.job.spec.activeDeadlineSeconds
	msg := $"is not set, nothing ends a Job that hangs; at most {_most}"
}

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": 0, "fix": 1} if {
	input.job.spec.activeDeadlineSeconds == 0
	msg := "is 0, which fails the Job at once; the least allowed is 1"
}

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline, "fix": _most} if {
	deadline := input.job.spec.activeDeadlineSeconds
	deadline > _most
	msg := $"is {deadline}, the most allowed is {_most}"
}

_most := max([input.params.max, input.params.seconds])
