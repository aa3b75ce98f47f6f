# METADATA
# title: A schedule means what it seems to say
# description: |
#   A step such as */7 starts over with every hour, so that the last gap is
#   shorter; one of days starts over with every month or week. Day of month and day
#   of week together mean either, not both. @every counts from when the CronJob was
#   created or ran last, not by the clock. What is due at midnight sharp starts
#   together with everybody else's, and work that never pauses pays for a new Pod
#   each time.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         minInterval: {type: integer, minimum: 0, default: 300, description: "The least number of seconds between two runs."}
#         midnight: {type: boolean, default: false, description: "Whether a CronJob may run at midnight sharp."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["cron-schedule"]

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	interval := input.cronjob.timetable.interval
	least := input.params.minInterval
	interval < least
	not _excused
	msg := $"leaves {interval}s between two runs, the least allowed is {least}s; work without pauses is for a Deployment"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	some [i, step] in _steps
	[unit, size] := _clock[i]
	size % step != 0
	even := max([n | some n in numbers.range(1, min([step, size / 2])); size % n == 0])
	msg := $"has {unit} */{step}, which does not divide {size}: the last gap is {size % step}, not {step}; */{even} does"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	some [i, step] in _steps
	[unit, size] := _calendar[i]
	size % step != 0
	msg := $"has day of {unit} */{step}, counted anew with each {unit}, so that the last gap differs; name the days"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	[_, _, month, _, week] := input.cronjob.timetable.fields
	not month in _any
	not week in _any
	msg := $"has day of month {month} and day of week {week}: it runs when either matches, not both; keep one"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule, "fix": fix} if {
	not input.params.midnight
	not input.cronjob.timetable.never
	[minute, hour, day, month, week] := input.cronjob.timetable.fields
	hour in {"0", "00"}
	minute in {"0", "00"}
	own := max([1, input.cronjob.timetable.spread])
	fix := $"{own} 0 {day} {month} {week}"
	msg := $"starts at midnight sharp, as most do; take a minute of its own: {fix}"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	input.cronjob.timetable.every
	instead := _by_the_clock(input.cronjob.timetable.interval, input.cronjob.timetable.spread)
	msg := $"is {input.cronjob.spec.schedule}, counted from its creation, not by the clock; write {instead}"
}

_any := {"*", "?", "*/1"}

_clock := {0: ["minute", 60], 1: ["hour", 24], 3: ["month", 12]}

# No number of days divides every month: 1 does, and so it is the size.
_calendar := {2: ["month", 1], 4: ["week", 7]}

_steps contains [i, step] if {
	some i, field in input.cronjob.timetable.fields
	startswith(field, "*/")
	not contains(field, ",")
	step := to_number(trim_left(field, "*/+0"))
}

# Only the last gap of each hour is short, which is told by itself.
_excused if {
	some [0, step] in _steps
	60 % step != 0
	step * 60 >= input.params.minInterval
}

_by_the_clock(interval, minute) := $"*/{interval / 60} * * * *" if {
	interval % 60 == 0
	interval < 3600
	3600 % interval == 0
} else := $"{minute} */{interval / 3600} * * *" if {
	interval % 3600 == 0
	43200 % interval == 0
} else := $"{minute} 1 * * *" if interval == 86400

else := "five fields"
