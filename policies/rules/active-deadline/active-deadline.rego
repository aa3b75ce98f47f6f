# METADATA
# title: Jobs end
# description: |
#   Only activeDeadlineSeconds ends a Job whose Pods cannot be created, stay
#   Pending or hang: backoffLimit counts Pods that failed, and these do not fail.
#   The clock stands still while a Job is suspended, so a Job that waits in a queue
#   does not use its deadline up.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         seconds: {type: integer, minimum: 0, default: 0, description: "Deadline in seconds given to a Job that names none; 0 gives none."}
#         advised: {type: integer, minimum: 1, default: 3600, description: "Deadline in seconds that a finding names to begin with, unless the policy's own or the time between a CronJob's runs is shorter."}
#         required: {type: boolean, default: true, description: "Whether a Job must have a deadline."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["active-deadline"]

defaults.job.spec.activeDeadlineSeconds := input.params.seconds if input.params.seconds > 0

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "fix": _advised} if {
	input.params.required
	input.job.spec
	not input.job.spec.activeDeadlineSeconds
	msg := $"is not set, nothing ends a Job that hangs; set what it may take, such as {_advised}"
}

# A deadline to begin with. One that outlasts the time to the next run would be
# found fault with by itself.
_advised := min(_starts)

_starts contains input.params.advised

_starts contains input.params.seconds if input.params.seconds > 0

_starts contains input.cronjob.timetable.interval
