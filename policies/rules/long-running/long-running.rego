# METADATA
# title: Long tasks are split
# description: |
#   A Job that runs for days begins again from nothing whenever a node is drained,
#   a Pod is preempted or a new version is rolled out, and holds what it was given
#   until then. A task that needs longer than the platform likes is better split:
#   Indexed completions give each part its own Pod and its own retries, and a
#   program that writes checkpoints goes on where the last Pod stopped.
#
#   What is judged is activeDeadlineSeconds, the longest that the Job may take. A
#   Job without one is the business of active-deadline, whose own value should not
#   lie above this maximum.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         max: {type: integer, minimum: 1, default: 86400, description: "The longest deadline in seconds that a Job may ask for; a day."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["long-running"]

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline, "fix": input.params.max} if {
	deadline := input.job.spec.activeDeadlineSeconds
	deadline > input.params.max
	msg := $"is {deadline}, at most {input.params.max}{_advice}"
}

# What may take no more than a few hours is not the kind of work that has parts.
_advice := "; split the work: Indexed completions, checkpoints" if input.params.max >= 21600

else := ""
