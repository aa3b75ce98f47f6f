# METADATA
# title: A schedule means what it seems to say
# description: |
#   A step such as */7 starts over with every hour, so that the last gap is
#   shorter, and one such as */90, which the hour does not hold, matches once in each;
#   one of days starts over with every month or week. Day of month and day
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

import data.batchgate.lib

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	interval := input.cronjob.timetable.interval
	least := input.params.minInterval
	interval < least
	not _excused
	msg := $"leaves {interval}s between two runs, the least allowed is {least}s; work without pauses is for a Deployment"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	some i, found in _steps
	found.runs == 1
	not [i, found.step] in {[0, 60], [1, 24], [3, 12], [4, 7]} # they do what they say
	[unit, whole] := _units[i]
	text := input.cronjob.timetable.fields[i]
	msg := $"has {unit} {text}, which matches {found.first} only, once per {whole}; write {found.first} if that is meant"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	some i in [0, 1, 3]
	uneven := _uneven[i]
	even := max([n | some n in numbers.range(1, min([uneven.step, uneven.size / 2])); uneven.size % n == 0])
	[unit, _] := _units[i]
	text := input.cronjob.timetable.fields[i]
	last := uneven.size - ((uneven.runs - 1) * uneven.step)
	begin := _begin(uneven.first - uneven.least, even)
	msg := $"has {unit} {text}, which does not divide {uneven.size}: the last gap is {last}, not {uneven.step}; {begin}/{even} does"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	some i in [2, 4]
	_uneven[i].first == _uneven[i].least # whoever begins elsewhere has thought of days
	[unit, whole] := _units[i]
	text := input.cronjob.timetable.fields[i]
	msg := $"has {unit} {text}, counted anew with each {whole}, so that the last gap differs; name the days"
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
	msg := $"is {input.cronjob.spec.schedule}, counted from its creation, not by the clock; {_advice}"
}

_any := {"*", "?", "*/1"}

_units := [["minute", "hour"], ["hour", "day"], ["day of month", "month"], ["month", "year"], ["day of week", "week"]]

_steps := lib.cron_steps(input.cronjob.timetable.fields)

_uneven := {i: found |
	some i, found in _steps
	found.open
	found.runs > 1
	found.runs * found.step != found.size
}

_begin(after, even) := "*" if after % even == 0

else := after % even

# Only the last gap of each hour is short, which is told by itself.
_excused if _uneven[0].step * 60 >= input.params.minInterval

_advice := $"write {instead}" if {
	[seconds, instead] := _by_the_clock
	seconds == input.cronjob.timetable.interval
}

else := $"the next rarer is {instead}" if [_, instead] := _by_the_clock

else := "write five fields"

# The controller starts one run a minute at most.
_by_the_clock := lib.cron_by_the_clock(
	max([60, input.params.minInterval, input.cronjob.timetable.interval]),
	input.cronjob.timetable.spread,
)
