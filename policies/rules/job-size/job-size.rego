# METADATA
# title: Jobs are of a size that the platform can carry
# description: |
#   A Pod may be small and its Job still take the whole cluster: what counts is what
#   runs at once (the smaller of parallelism and completions, times what a Pod
#   requests), what may be used up in the worst case (that, for as long as
#   activeDeadlineSeconds allows), and how many Pods there may be when every retry is
#   taken (each is an object, an event stream and a log).
#
#   With restartPolicy OnFailure a retry restarts the container in its Pod and makes
#   no new one. With backoffLimitPerIndex every index has retries of its own, all
#   indexes together no more than a backoffLimit beside it allows.
#
#   An Indexed Job whose Pods all run at once may need them all at once; it is not
#   told how many would fit.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#parallel-jobs
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         max: {type: object, default: {cpu: "200", memory: 1Ti, nvidia.com/gpu: "16", amd.com/gpu: "16"},
#           additionalProperties: {type: string, pattern: '^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\.[0-9]+)?)([mkMGT]|[KMGT]i)?$'},
#           description: "The most that the Pods of a Job may request at once, by resource; one left out is not judged."}
#         coreHours: {type: integer, minimum: 1, default: 2400, description: "The most core-hours that a Job may use before its deadline; a hundred cores for a day."}
#         pods: {type: integer, minimum: 1, default: 20000, description: "The most Pods that a Job may make when every retry is taken."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["job-size"]

import data.batchgate.lib

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": _parallelism, "fix": fit} if {
	some resource, all in _excess
	not _gang
	most := _max[resource]
	pod := _requests[resource]
	pod <= most
	fit := floor(most / pod)
	each := lib.shown(resource, pod)
	msg := $"runs {_workers} Pods x {each} {resource}, {lib.shown(resource, all)} at once; the most is {input.params.max[resource]}, {fit} fit"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": _parallelism} if {
	some resource, n in _excess
	_gang
	pod := _requests[resource]
	pod <= _max[resource]
	all := $"{lib.shown(resource, pod)} {resource}, {lib.shown(resource, n)} at once"
	msg := $"runs {_workers} Pods x {all}; the most is {input.params.max[resource]}: split the work, or request less in each Pod"
}

# Fewer Pods would not help.
deny contains {"field": ["pod", "spec"], "msg": msg} if {
	some resource, pod in _requests
	pod > _max[resource]
	msg := $"requests {lib.shown(resource, pod)} of {resource} for a Pod, the most for a whole Job is {input.params.max[resource]}"
}

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline, "fix": fit} if {
	deadline := input.job.spec.activeDeadlineSeconds
	cores := _requests.cpu * _workers
	cores * deadline > _most_used
	fit := floor(_most_used / cores)
	hours := ceil((cores * deadline) / 3600000)
	each := lib.shown("cpu", _requests.cpu)
	msg := $"allows {lib.pods(_workers)} x {each} cpu x {deadline}s, {hours} core-hours; the most is {input.params.coreHours}, {fit}s fit"
}

deny contains {"field": ["job", "spec"], "msg": msg} if {
	pods := _tasks + _retried
	pods > input.params.pods
	msg := $"makes up to {pods} Pods ({_reason}), the most allowed is {input.params.pods}"
}

# Thousandths of a core, for a second.
_most_used := input.params.coreHours * 3600000

_requests := {resource: n |
	some resource in _named
	n := lib.pod_amount("requests", resource, _whole, _containers, [])
}

# What nobody names is not worked out.
_named := {resource |
	some own in array.concat([_whole], [quantities | some [_, quantities] in _containers])
	some amounts in own
	some resource, _ in amounts
}

_excess := {resource: all |
	some resource, n in _requests
	all := n * _workers
	all > _max[resource]
}

_parallelism := n if {
	n := input.job.spec.parallelism
} else := 1

_workers := min({_parallelism} | {n | n := input.job.spec.completions})

# Workers that may wait for each other.
_gang if {
	input.job.spec.completionMode == "Indexed"
	input.job.spec.completions == input.job.spec.parallelism
}

# A work queue has no completions: its workers each finish once.
_tasks := completions if {
	completions := input.job.spec.completions
} else := _parallelism

_retried := 0 if input.pod.spec.restartPolicy == "OnFailure"

else := min({_tasks * each} | {n | n := input.job.spec.backoffLimit}) if {
	each := input.job.spec.backoffLimitPerIndex
} else := n if {
	n := input.job.spec.backoffLimit
} # what the Jobs of a CronJob whose template is silent get

else := 6

_reason := $"{_tasks} without retries" if _retried == 0

else := $"{_tasks} with {each} retries each" if {
	each := input.job.spec.backoffLimitPerIndex
	_retried == _tasks * each
} else := $"{_tasks} and {_retried} retries"

_containers := [[container.role, container.quantities] | some container in input.containers]

_whole := {section: own | some section, own in input.pod.quantities}

_max := {resource: batchgate.quantity(resource, text) | some resource, text in input.params.max}
