# METADATA
# title: A starting deadline leaves time to start
# description: |
#   The CronJob controller looks at a CronJob when its time has come, and later when it
#   is busy or starting itself. A run that it finds past startingDeadlineSeconds is
#   skipped. Kubernetes accepts every number, with 0 practically no run starts, and it
#   documents that below 10 seconds a CronJob may not be scheduled at all.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         min: {type: integer, minimum: 1, default: 10, description: "The shortest starting deadline in seconds that a CronJob may ask for."}
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["cron-starting-deadline-minimum"]

deny contains {"field": ["cronjob", "spec", "startingDeadlineSeconds"], "msg": msg, "value": deadline, "fix": least} if {
	deadline := input.cronjob.spec.startingDeadlineSeconds
	least := input.params.min
	deadline < least
	msg := $"is {deadline}, so that runs may never start; the least allowed is {least}"
}
