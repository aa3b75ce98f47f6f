# METADATA
# title: The Pods of an Indexed CronJob have names that fit
# description: |
#   A run of a CronJob is a Job named after the CronJob and the minute of the run,
#   eight digits until the year 2160; a Pod of an Indexed Job is named after the
#   Job and its index, and takes that for its host name. The longest must be a DNS
#   label, of at most 63 characters and without dots. Kubernetes checks that of a
#   Job, and of a CronJob only when its run is created: then no run ever is, and
#   only an Event of the CronJob says so. Of a CronJob with generateName that is
#   judged, with the five characters that are drawn for it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#writing-a-cronjob-spec
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["indexed-job"]

deny contains {"field": ["cronjob", "metadata", "name"], "msg": msg, "value": name} if {
	name := input.cronjob.metadata.name
	not _drawn
	longest := _longest
	count(name) > longest
	msg := $"is {count(name)} characters long; {_with_the_run} at most {longest} fit into a Pod's name"
}

deny contains {"field": ["cronjob", "metadata", "name"], "msg": msg, "value": name, "fix": fix} if {
	name := input.cronjob.metadata.name
	not _drawn
	_longest
	contains(name, ".")
	fix := replace(name, ".", "-")
	msg := $"holds a dot, {_no_dot}"
}

deny contains {"field": ["cronjob", "metadata", "generateName"], "msg": msg, "value": base, "fix": fix} if {
	base := input.cronjob.metadata.generateName
	_drawn
	longest := _longest
	length := count(_kept) + 5
	length > longest
	fix := replace(substring(base, 0, longest - 5), ".", "-")
	msg := $"becomes a name of {length} characters; {_with_the_run} at most {longest} fit into a Pod's name"
}

deny contains {"field": ["cronjob", "metadata", "generateName"], "msg": msg, "value": base, "fix": fix} if {
	base := input.cronjob.metadata.generateName
	_drawn
	_longest
	contains(_kept, ".")
	fix := replace(base, ".", "-")
	msg := $"holds a dot, {_no_dot}"
}

_no_dot := "with which no Pod of an Indexed Job can be named; write a hyphen"

_with_the_run := $"with the run and the index {input.job.spec.completions - 1}"

# What a name of 63 characters leaves beside "-29924410" and "-" with an index.
_longest := 53 - count(format_int(input.job.spec.completions - 1, 10)) if {
	input.job.spec.completionMode == "Indexed"
	input.job.spec.completions > 0
}

# What the API server keeps of generateName before the five characters that it draws.
_kept := substring(input.cronjob.metadata.generateName, 0, 58)

# Whether the name is drawn: it is not there yet, or looks like one that was.
_drawn if {
	input.cronjob.metadata.generateName
	not input.cronjob.metadata.name
}

_drawn if {
	name := input.cronjob.metadata.name
	startswith(name, _kept)
	count(name) == count(_kept) + 5
}
