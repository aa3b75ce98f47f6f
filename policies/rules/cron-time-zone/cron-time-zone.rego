# METADATA
# title: The hour of a CronJob is one that exists once a day
# description: |
#   A schedule without a timeZone is read in the zone of the kube-controller-manager,
#   mostly UTC, and whoever wrote 9 for the morning may mean another. In a zone with summer
#   time, an hour is left out in spring and comes twice in autumn, and so do the runs in
#   it. Where the hour is a star no hour is meant, and nothing is said.
#
#   A zone inside the schedule (TZ=, CRON_TZ=) is only kept in CronJobs that have
#   it from earlier; Kubernetes refuses to create one.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones
#   - ref: https://github.com/kubernetes/kubernetes/issues/121594
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         required: {type: boolean, default: true, description: "Whether a CronJob that names an hour or a day must name a timeZone."}
#         zone: {type: string, default: "", description: "The timeZone given to a new CronJob that names none, such as Etc/UTC; empty gives none."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["cron-time-zone"]

# Another zone would move the runs of a CronJob that is there already.
defaults.cronjob.spec.timeZone := input.params.zone if {
	input.params.zone != ""
	input.operation == "CREATE"
}

deny contains {"field": ["cronjob", "spec", "timeZone"], "msg": msg, "fix": _zone} if {
	input.params.required
	input.cronjob
	not input.cronjob.spec.timeZone
	not _inside
	_names_an_hour_or_a_day
	msg := $"is not set, so the schedule follows the controller's zone, mostly UTC; name one, such as {_zone}"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": input.cronjob.spec.schedule} if {
	_names_an_hour
	zone := input.cronjob.spec.timeZone
	changes := concat(" and ", array.concat(_skipped, _repeated))
	changes != ""
	msg := $"{changes} when {zone} changes its clocks; take another hour"
}

deny contains {"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": schedule} if {
	schedule := input.cronjob.spec.schedule
	_inside
	zone := split(schedule, " ")[0]
	msg := $"has {zone} in it, which Kubernetes no longer lets anybody create; move it to timeZone"
}

_inside if strings.any_prefix_match(input.cronjob.spec.schedule, ["TZ=", "CRON_TZ="])

_zone := input.params.zone if input.params.zone != ""

else := "Etc/UTC"

_names_an_hour_or_a_day if _names_an_hour

_names_an_hour_or_a_day if {
	some i, field in input.cronjob.timetable.fields
	i > 1
	not field in {"*", "?"}
}

_names_an_hour if {
	hour := input.cronjob.timetable.fields[1]
	not startswith(hour, "*")
}

_skipped := [$"skips {time} (as on {day})" | [day, time] := split(input.cronjob.timetable.skipped, " ")]

_repeated := [$"runs twice at {time} (as on {day})" | [day, time] := split(input.cronjob.timetable.repeated, " ")]
