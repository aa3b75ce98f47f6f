package batchgate.lib

# METADATA
# description: |
#   What the LimitRanges for a type, Container or Pod, have against the request and
#   the limit of a resource, {requests: n, limits: n} without what there is not: pairs
#   of the section at fault and the end of a sentence.
range_problems(type, resource, own, ranges) := union({
	_above(type, resource, own, ranges),
	_below(type, resource, own, ranges),
	_apart(type, resource, own, ranges),
	_crossed(type, resource, own),
	_lacking(type, resource, own, ranges),
})

_above(type, resource, own, ranges) := {["limits", msg] |
	some bound in _bounds(type, ["max"], resource, ranges)
	own.limits > bound
	msg := $"has a {resource} limit of {shown(resource, own.limits)}, the LimitRange allows a {type} at most {shown(resource, bound)}"
}

_crossed("Container", resource, own) := {["limits", msg] |
	own.requests > own.limits
	request := shown(resource, own.requests)
	msg := $"has a {resource} request of {request}, the LimitRange gives a limit of {shown(resource, own.limits)}; name both"
}

_crossed("Pod", _, _) := set()

_below(type, resource, own, ranges) := {["requests", msg] |
	some bound in _bounds(type, ["min"], resource, ranges)
	own.requests < bound
	msg := $"has a {resource} request of {shown(resource, own.requests)}, the LimitRange asks a {type} for at least {shown(resource, bound)}"
}

_apart(type, resource, own, ranges) := {["limits", msg] |
	some ratio in _bounds(type, ["maxLimitRequestRatio"], resource, ranges)
	own.limits > own.requests * ratio
	said := $"has a {resource} limit of {shown(resource, own.limits)} and a request of {shown(resource, own.requests)}"
	msg := $"{said}, the LimitRange allows {ratio} times as much"
}

_lacking(type, resource, own, ranges) := {[section, msg] |
	some [key, section] in [
		["max", "limits"],
		["min", "requests"],
		["maxLimitRequestRatio", "limits"],
		["maxLimitRequestRatio", "requests"],
	]
	not own[section]
	count(_bounds(type, [key], resource, ranges)) > 0
	msg := $"has no {resource} {trim_suffix(section, "s")}, the LimitRange asks a {type} for one"
}

# METADATA
# description: |
#   What of a Pod a key of a ResourceQuota counts: section and resource, or pods for
#   the Pods themselves. Nothing for what is not of a Pod.
counted(key) := ["requests", trim_prefix(key, "requests.")] if startswith(key, "requests.")

counted(key) := ["limits", trim_prefix(key, "limits.")] if startswith(key, "limits.")

counted(key) := ["requests", key] if key in {"cpu", "memory", "ephemeral-storage"}

counted(key) := ["requests", key] if startswith(key, "hugepages-")

counted(key) := ["pods", "pods"] if key in {"pods", "count/pods"}

# METADATA
# description: |
#   What a quota has room for, and that in words. Where there are reasons why it
#   counts later only, what is used by now does not count.
room(resource, hard, used, later) := [left, $"{_some(resource, left)} of {shown(resource, hard)} left"] if {
	count(later) == 0
	left := max([0, hard - used])
} else := [hard, $"{_some(resource, hard)} in all"]

# METADATA
# description: |
#   What ResourceQuotas have against one more object that a key counts: ends of a
#   sentence. counts are their names, keys, and what is allowed and used.
one_too_many(kind, key, counts) := {msg |
	some [quota, counted_key, hard, used] in counts
	counted_key == key
	used >= hard
	msg := $"is one {kind} too many, ResourceQuota {quota} has none of {hard} left"
}

_some(resource, amount) := shown(resource, amount) if amount > 0

_some(_, 0) := "none"

# METADATA
# description: |
#   The scopes of a ResourceQuota that a Pod is in, by its activeDeadlineSeconds (a
#   list of one or none) and by what it takes of cpu and of memory.
scopes(deadlines, taken) := {limited, quality} if {
	limited := {true: "Terminating", false: "NotTerminating"}[count(deadlines) > 0]
	quality := {true: "NotBestEffort", false: "BestEffort"}[max({0} | {n | some amounts in taken; some n in amounts}) > 0]
}
