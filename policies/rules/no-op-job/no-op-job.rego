# METADATA
# title: Jobs do something
# description: |
#   Kubernetes accepts a Job that runs nothing. With completions 0 it is Complete
#   at once. With parallelism 0 it waits until somebody raises the number, while
#   its deadline runs out; suspend is made for that, and stops the clock. A Job
#   that is created suspended runs when its queue or its controller resumes it,
#   and never when it names neither.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#suspending-a-job
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#controlling-parallelism
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         resumed:
#           type: boolean
#           default: false
#           description: "Whether something here resumes suspended Jobs that name no queue, such as Kueue with a default queue."
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["no-op-job"]

deny contains {"field": ["job", "spec", "completions"], "msg": msg, "value": 0, "fix": 1} if {
	input.job.spec.completions == 0
	msg := "is 0, so the Job is Complete at once and runs nothing"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": 0, "fix": 1} if {
	input.job.spec.parallelism == 0
	not input.job.spec.completions == 0
	not input.job.spec.suspend
	msg := "is 0, so no Pod runs while the deadline does; use suspend: true to hold a Job back"
}

deny contains {"field": ["job", "spec", "suspend"], "msg": msg, "value": true, "fix": false} if {
	input.job.spec.suspend
	_unattended
	msg := "is true, and no queue or controller is named that would start it"
}

# Whoever suspends a Job that is there knows how to resume it.
_unattended if {
	input.operation == "CREATE"
	_unclaimed
}

# Every run of a CronJob is a Job of its own.
_unattended if {
	input.cronjob.spec.schedule
	_unclaimed
}

_unclaimed if {
	not input.params.resumed
	not input.owner.queue
	not input.owner.manager
	not input.owner.controller
}
