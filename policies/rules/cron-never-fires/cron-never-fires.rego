# METADATA
# title: A CronJob runs
# description: |
#   Kubernetes accepts a schedule that no day ever matches, such as the 31st of
#   February. The CronJob then never runs, and says so only in an event. A CronJob
#   that is only a template for Jobs made by hand has suspend instead, which says what
#   it is; while it is suspended its schedule is not judged.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["cron-never-fires"]

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": schedule} if {
	input.cronjob.timetable.never
	not input.cronjob.spec.suspend
	schedule := input.cronjob.spec.schedule
	msg := $"is {schedule}, which no day of five years matches; set suspend: true if it only runs by hand"
}
