# METADATA
# title: Pods fit into what their namespace allows
# description: |
#   A LimitRange and a ResourceQuota are not asked about a Job but about each of its
#   Pods, when the Job is admitted long since. A Pod that they refuse is tried again
#   and again: the Job has no failed Pod, no condition and no end but its deadline.
#
#   A Job is judged by what is free when it is created. What runs later, the Jobs of
#   a CronJob or a suspended Job, and what runs already is judged by the whole quota.
#   A quota on requests or limits of cpu or memory also makes them mandatory for
#   every container. Quotas for a priority class are not judged.
#
#   A quota on the number of Jobs or CronJobs stops the object itself: Kubernetes
#   refuses what is one too many.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["namespace-limits"]

import data.batchgate.lib

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some resource in _ranged
	some container in input.containers
	some [section, msg] in lib.range_problems("Container", resource, lib.container_amounts(resource, container.quantities, _ranges), _ranges)
}

deny contains {"field": ["pod", "spec"], "msg": msg} if {
	some resource in _ranged
	some [_, msg] in lib.range_problems("Pod", resource, _taken(resource), _ranges)
}

deny contains {"field": ["pod", "spec"], "msg": msg} if {
	some [quota, section, resource, room, left] in _quotas
	amount := _taken(resource)[section]
	amount > room
	msg := $"has {resource} {section} of {lib.shown(resource, amount)}, ResourceQuota {quota} has {left}: no Pod fits"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": input.job.spec.parallelism, "fix": fit} if {
	some [quota, section, resource, room, left] in _quotas
	amount := _taken(resource)[section]
	amount <= room
	amount * _workers > room
	fit := floor(room / amount)
	msg := $"runs {_workers} Pods with {resource} {section} of {lib.shown(resource, amount)}, ResourceQuota {quota} has {left}: {fit} fit"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": input.job.spec.parallelism, "fix": room} if {
	some [quota, "pods", _, room, left] in _quotas
	room > 0
	_workers > room
	msg := $"runs {_workers} Pods, ResourceQuota {quota} has {left}: {room} fit"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg} if {
	some [quota, "pods", _, 0, left] in _quotas
	_workers > 0
	msg := $"runs {lib.pods(_workers)}, ResourceQuota {quota} has {left}: no Pod fits"
}

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some [quota, section, resource, _, _] in _quotas
	resource in {"cpu", "memory"}
	count(_whole) == 0
	input.namespace.limitRanges
	some container in input.containers
	own := lib.container_amounts(resource, container.quantities, _ranges)
	not own[section]
	msg := $"has no {resource} {trim_suffix(section, "s")}, ResourceQuota {quota} asks every container for one"
}

# The object itself, which Kubernetes refuses.
deny contains {"field": ["job", "metadata", "name"], "msg": msg} if {
	not input.cronjob
	input.operation == "CREATE"
	some msg in lib.one_too_many("Job", "count/jobs.batch", _counts)
}

deny contains {"field": ["cronjob", "metadata", "name"], "msg": msg} if {
	input.cronjob
	input.operation == "CREATE"
	some msg in lib.one_too_many("CronJob", "count/cronjobs.batch", _counts)
}

deny contains {"field": ["cronjob", "spec", "jobTemplate"], "msg": $"is for no Job, ResourceQuota {quota} allows none"} if {
	input.cronjob
	some [quota, "count/jobs.batch", 0, _] in _counts
}

_counts := [[quota.name, key, hard, quota.used[key]] | some quota in input.namespace.resourceQuotas; some key, hard in quota.hard]

# Amounts of the Pod, with what the LimitRanges give.
_taken(resource) := lib.pod_amounts(resource, _whole, _containers, _ranges)

_ranges := [item | some item in input.namespace.limitRanges]

_ranged := {resource | some item in _ranges; some bounds in item; some resource, _ in bounds}

_containers := [[container.role, container.quantities] | some container in input.containers]

_whole := {section: own | some section, own in input.pod.quantities}

_quotas contains [quota.name, section, resource, room, left] if {
	some quota in input.namespace.resourceQuotas
	count({scope | some scope in quota.scopes} - _scopes) == 0
	some key, hard in quota.hard
	[section, resource] := lib.counted(key)
	[room, left] := lib.room(resource, hard, quota.used[key], _later)
}

_later contains "what runs already" if input.operation == "UPDATE"

_later contains "the Jobs of a CronJob" if input.cronjob

_later contains "one of them" if input.owner.controller == "cronjob"

_later contains "a suspended Job" if input.job.spec.suspend

_scopes := lib.scopes([n | n := input.pod.spec.activeDeadlineSeconds], [_taken("cpu"), _taken("memory")])

_workers := lib.workers([n | n := input.job.spec.parallelism], [n | n := input.job.spec.completions])
