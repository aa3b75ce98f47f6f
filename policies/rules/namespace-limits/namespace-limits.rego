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
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["namespace-limits"]

import data.batchgate.lib

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some resource in _ranged
	some container in input.containers
	some [section, msg] in lib.range_problems("Container", resource, _got(resource, container.quantities), _ranges)
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

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg} if {
	some [quota, "pods", _, room, left] in _quotas
	_workers > room
	msg := $"runs {_workers} Pods, ResourceQuota {quota} has {left}"
}

deny contains {"field": ["containers", container.name, "resources", section, resource], "msg": msg} if {
	some [quota, section, resource, _, _] in _quotas
	resource in {"cpu", "memory"}
	count(_whole) == 0
	input.namespace.limitRanges
	some container in input.containers
	own := container.quantities
	not lib.amount(section, resource, own, {}, _ranges)
	msg := $"has no {resource} {trim_suffix(section, "s")}, ResourceQuota {quota} asks every container for one"
}

# Amounts of a container and of the Pod, with what the LimitRanges give.
_got(resource, own) := {section: n |
	some section in ["requests", "limits"]
	n := lib.amount(section, resource, own, {}, _ranges)
}

_taken(resource) := {section: n |
	some section in ["requests", "limits"]
	n := lib.pod_amount(section, resource, _whole, _containers, _ranges)
}

_ranges := [item | some item in input.namespace.limitRanges]

_ranged := {resource | some item in _ranges; some bounds in item; some resource, _ in bounds}

_containers := [[container.role, container.quantities] | some container in input.containers]

_whole := {section: own | some section, own in input.pod.quantities}

_quotas contains [quota.name, section, resource, room, left] if {
	some quota in input.namespace.resourceQuotas
	every scope in quota.scopes {
		scope in _scopes
	}
	some key, hard in quota.hard
	[section, resource] := lib.counted(key)
	[room, left] := _room(resource, hard, quota.used[key])
}

_room(resource, hard, used) := [room, $"{lib.shown(resource, room)} of {lib.shown(resource, hard)} free"] if {
	_starts_now
	room := max([0, hard - used])
} else := [hard, $"{lib.shown(resource, hard)} in all"]

_starts_now if {
	input.operation == "CREATE"
	not input.cronjob
	not input.job.spec.suspend
	not input.owner.controller == "cronjob"
}

_scopes := {_limited_in_time, _quality}

_limited_in_time := "Terminating" if input.pod.spec.activeDeadlineSeconds

else := "NotTerminating"

_quality := "NotBestEffort" if max({n | some resource in ["cpu", "memory"]; some n in _taken(resource)}) > 0

else := "BestEffort"

_workers := min({_parallelism} | {n | n := input.job.spec.completions})

_parallelism := n if {
	n := input.job.spec.parallelism
} else := 1
