# METADATA
# title: Deadlines leave a Job time to run
# description: |
#   Kubernetes accepts an activeDeadlineSeconds of 0 and then fails the Job at once,
#   before its first Pod has run. The clock starts with the Job and not with its
#   first container: scheduling, pulling the image and every retry are part of it,
#   so a platform may ask for more than a second.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         min: {type: integer, minimum: 1, default: 1, description: "The shortest deadline in seconds that a Job may ask for."}
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["active-deadline-bounds"]

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": 0, "fix": input.params.min} if {
	input.job.spec.activeDeadlineSeconds == 0
	msg := $"is 0, which fails the Job at once; the least allowed is {input.params.min}"
}

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline, "fix": input.params.min} if {
	deadline := input.job.spec.activeDeadlineSeconds
	deadline > 0
	deadline < input.params.min
	msg := $"is {deadline}, the least allowed is {input.params.min}"
}
