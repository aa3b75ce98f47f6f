# METADATA
# title: The Pods of an Indexed CronJob have names that fit
# description: |
#   A run of a CronJob is a Job named after the CronJob and the minute of the run,
#   eight digits until the year 2160; a Pod of an Indexed Job is named after the
#   Job and its index, and takes that for its host name. The longest must be a DNS
#   label, of at most 63 characters and without dots. Kubernetes checks that of a
#   Job, and of a CronJob only when its run is created: then no run ever is, and
#   only an Event of the CronJob says so.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#writing-a-cronjob-spec
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["indexed-job"]

deny contains {"field": ["cronjob", "metadata", "name"], "msg": msg, "value": name} if {
	name := _name
	longest := _most
	count(name) > longest
	completions := input.job.spec.completions
	msg := $"is {count(name)} characters long; with the run and the index {completions - 1} at most {longest} fit into a Pod's name"
}

deny contains {"field": ["cronjob", "metadata", "name"], "msg": msg, "value": name, "fix": fix} if {
	name := _name
	contains(name, ".")
	fix := replace(name, ".", "-")
	msg := "holds a dot, with which no Pod of an Indexed Job can be named; write a hyphen"
}

_name := input.cronjob.metadata.name if {
	input.job.spec.completionMode == "Indexed"
	input.job.spec.completions > 0
}

# What a name of 63 characters leaves beside "-29924410" and "-" with an index.
_most := 53 - count(format_int(input.job.spec.completions - 1, 10))
