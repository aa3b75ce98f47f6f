# METADATA
# title: There is time for every retry
# description: |
#   Before each retry the Job controller waits, 10 seconds at first, twice as long
#   each time, 10 minutes at most: six retries wait 630 seconds together, ten 3030.
#   When activeDeadlineSeconds is over before that, the last retries never happen, and
#   when a CronJob's next run is due before that, a run that fails is still retrying
#   when the next one should start.
#
#   Judged where the sum is certain: Pods with restartPolicy Never that run one at a
#   time, and each index of backoffLimitPerIndex. A few retries, such as the platform
#   itself fills in, cost nothing when they do not happen.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         above: {type: integer, minimum: 0, default: 4, description: "Limits up to this many retries are not judged."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["backoff-budget"]

deny contains {"field": ["job", "spec", "backoffLimitPerIndex"], "msg": msg, "value": limit, "fix": fits} if {
	limit := input.job.spec.backoffLimitPerIndex
	[msg, fits] := _late(limit, $"is {limit}")
}

deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "value": limit, "fix": fits} if {
	limit := input.job.spec.backoffLimit
	_one_at_a_time
	[msg, fits] := _late(limit, $"is {limit}")
}

# The Jobs of a CronJob whose template is silent get the default of Kubernetes.
deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "fix": fits} if {
	input.cronjob
	not input.job.spec.backoffLimit
	_one_at_a_time
	[msg, fits] := _late(6, "is not set and becomes 6")
}

_late(limit, seen) := [msg, fits] if {
	limit > input.params.above
	input.pod.spec.restartPolicy == "Never"
	waits := _sum(limit)
	[bound, what] := min(_bounds)
	waits >= bound
	fits := _most(bound)
	msg := $"{seen}, whose retries wait {waits}s in all; {fits} fit into {what}"
}

_bounds contains [deadline, $"activeDeadlineSeconds {deadline}"] if deadline := input.job.spec.activeDeadlineSeconds

_bounds contains [interval, $"the {interval}s between runs"] if interval := input.cronjob.timetable.interval

# Failures of Pods that run beside each other, and successes in between, change
# how long the controller waits.
_one_at_a_time if {
	not input.job.spec.backoffLimitPerIndex
	input.job.spec.completions == 1
}

_one_at_a_time if {
	not input.job.spec.backoffLimitPerIndex
	not input.job.spec.completions
	not _side_by_side
}

_side_by_side if input.job.spec.parallelism > 1

_sums := [0, 10, 30, 70, 150, 310, 630]

_sum(retries) := _sums[retries]

_sum(retries) := 630 + ((retries - 6) * 600) if retries > 6

_most(bound) := max([n | some n, waits in _sums; waits < bound]) if bound <= 630

_most(bound) := 5 + ceil((bound - 630) / 600) if bound > 630
