# METADATA
# title: Runs of a CronJob do not pile up
# description: |
#   With concurrencyPolicy Allow, which is what Kubernetes takes where nobody says,
#   the next run starts beside one that hangs or is slow, and the next beside both.
#   A deadline no longer than the time between runs keeps them apart, and so does
#   Forbid, which starts a run that was due when the one before it has ended.
#
#   Replace kills the run before. That is right for work that only its last run
#   matters for, and a mistake where the Job's own deadline gives it more time than lies
#   between two runs. Without a deadline nobody has said how long a run may take, so
#   Replace is then found fault with only where the platform does not allow it at all.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         replace: {type: boolean, default: true, description: "Whether a run may be killed by the next, where its deadline does not give it more time."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["cron-overlap"]

defaults.cronjob.spec.concurrencyPolicy := "Forbid"

deny contains {"field": ["cronjob", "spec", "concurrencyPolicy"], "msg": msg, "value": "Allow", "fix": "Forbid"} if {
	input.cronjob.spec.concurrencyPolicy == "Allow"
	interval := input.cronjob.timetable.interval
	not input.job.spec.activeDeadlineSeconds
	msg := $"is Allow and no deadline ends a run that hangs: another starts beside it after {interval}s; set Forbid"
}

deny contains {"field": ["cronjob", "spec", "concurrencyPolicy"], "msg": msg, "value": "Allow", "fix": "Forbid"} if {
	input.cronjob.spec.concurrencyPolicy == "Allow"
	[deadline, interval] := _longer
	msg := $"is Allow: a run may take {deadline}s and another starts beside it after {interval}s; set Forbid"
}

deny contains {"field": ["cronjob", "spec", "concurrencyPolicy"], "msg": msg, "value": "Replace", "fix": "Forbid"} if {
	input.cronjob.spec.concurrencyPolicy == "Replace"
	[deadline, interval] := _longer
	msg := $"is Replace: a run may take {deadline}s and the next kills it after {interval}s; set Forbid"
}

deny contains {"field": ["cronjob", "spec", "concurrencyPolicy"], "msg": msg, "value": "Replace", "fix": "Forbid"} if {
	input.cronjob.spec.concurrencyPolicy == "Replace"
	not input.params.replace
	not _longer
	msg := "is Replace, which kills a run in the middle of its work; set Forbid"
}

_longer := [deadline, interval] if {
	deadline := input.job.spec.activeDeadlineSeconds
	interval := input.cronjob.timetable.interval
	deadline > interval
}
