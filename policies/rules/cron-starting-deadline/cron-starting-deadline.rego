# METADATA
# title: A CronJob says how late a run may start
# description: |
#   When the control plane was down at the time of a run, the controller starts
#   the last one that was missed as soon as it is back: the nightly export at ten in
#   the morning. startingDeadlineSeconds says when that is too late, and only the
#   author knows. It is not filled in, because a deadline that is too short skips
#   the backup that was only a little late.
#
#   Where runs lie close together a late one is soon overtaken and nothing needs
#   saying; for the same reason a deadline longer than the time between runs does
#   nothing.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         interval: {type: integer, minimum: 0, default: 3600, description: "CronJobs with at most this many seconds between runs may leave the deadline out."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["cron-starting-deadline"]

deny contains {"field": ["cronjob", "spec", "startingDeadlineSeconds"], "msg": msg, "fix": fix} if {
	interval := input.cronjob.timetable.interval
	interval > input.params.interval
	not input.cronjob.spec.startingDeadlineSeconds
	fix := _fitting(interval)
	msg := $"is not set: with {interval}s between runs, one that an outage delays starts however late; {fix} would do"
}

# The controller starts one run a minute at most.
deny contains {"field": ["cronjob", "spec", "startingDeadlineSeconds"], "msg": msg, "value": deadline, "fix": fix} if {
	interval := max([60, input.cronjob.timetable.interval])
	deadline := input.cronjob.spec.startingDeadlineSeconds
	deadline > interval
	_even
	fix := _fitting(interval)
	msg := $"is {deadline}, but the next run is due after {interval}s, so that none is ever too late; {fix} would do"
}

_fitting(interval) := max([60, min([3600, floor(interval / 2)])])

# Whether the time between two runs is always the same: a step that does not
# divide the hour or the day has a short last gap.
_even if input.cronjob.timetable.every

_even if {
	[minute, "*", "*", "*", "*"] = input.cronjob.timetable.fields
	_divides(minute, 60)
}

_even if {
	[minute, hour, "*", "*", "*"] = input.cronjob.timetable.fields
	every sign in ["*", "/", ",", "-"] {
		not contains(minute, sign)
	}
	_divides(hour, 24)
}

_divides(field, size) if {
	startswith(field, "*/")
	size % to_number(trim_left(field, "*/0")) == 0
}

_divides(field, _) if {
	every sign in ["/", ",", "-"] {
		not contains(field, sign)
	}
}
