# METADATA
# title: A CronJob keeps some of its last runs
# description: |
#   The history limits of a CronJob say how many finished Jobs stay, with their Pods
#   and logs. Too many are clutter that every list of Jobs shows; no failed one
#   leaves nothing to find out why. A TTL in the template removes Jobs as well: one
#   that is shorter than the runs that a limit wants to keep makes that limit a promise
#   that is not kept.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#jobs-history-limits
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         maxSuccessful: {type: integer, minimum: 0, default: 10, description: "The most successful Jobs that a CronJob may keep."}
#         maxFailed: {type: integer, minimum: 1, default: 10, description: "The most failed Jobs that a CronJob may keep."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["cronjob-history"]

deny contains {"field": ["cronjob", "spec", "successfulJobsHistoryLimit"], "msg": msg, "value": limit, "fix": most} if {
	limit := input.cronjob.spec.successfulJobsHistoryLimit
	most := input.params.maxSuccessful
	limit > most
	msg := $"is {limit}, the most allowed is {most}"
}

deny contains {"field": ["cronjob", "spec", "failedJobsHistoryLimit"], "msg": msg, "value": limit, "fix": most} if {
	limit := input.cronjob.spec.failedJobsHistoryLimit
	most := input.params.maxFailed
	limit > most
	msg := $"is {limit}, the most allowed is {most}"
}

deny contains {"field": ["cronjob", "spec", "failedJobsHistoryLimit"], "msg": msg, "value": 0, "fix": 1} if {
	input.cronjob.spec.failedJobsHistoryLimit == 0
	msg := "is 0, which leaves no logs of a run that failed; the least allowed is 1"
}

# Only limits that somebody wrote: those of Kubernetes are nobody's wish.
deny contains {"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": ttl} if {
	ttl := input.job.spec.ttlSecondsAfterFinished
	interval := input.cronjob.timetable.interval
	[limit, name] := max(_wished)
	ttl < interval * limit
	msg := $"is {ttl}, too short for {name} {limit} with {interval}s between runs; leave it out"
}

_wished contains [limit, "successfulJobsHistoryLimit"] if {
	input.intent["cronjob.spec.successfulJobsHistoryLimit"] == "explicit"
	limit := input.cronjob.spec.successfulJobsHistoryLimit
}

_wished contains [limit, "failedJobsHistoryLimit"] if {
	input.intent["cronjob.spec.failedJobsHistoryLimit"] == "explicit"
	limit := input.cronjob.spec.failedJobsHistoryLimit
}
