package batchgate.lib

# METADATA
# description: |
#   The whole request or limit of a Pod, as the scheduler, a LimitRange and a
#   ResourceQuota count it: what the Pod says as a whole (pod, its quantities), else
#   what its containers get, pairs of role and quantities in the order in which they
#   start. Nothing when nobody says anything.
pod_amount("requests", resource, pod, containers, ranges) := request if {
	request := pod.requests[resource]
} else := _pod_total(requests) if {
	requests := _amounts("requests", resource, containers, {}, ranges)
	count(requests) > 0
} else := pod.limits[resource]

pod_amount("limits", resource, pod, containers, ranges) := limit if {
	limit := pod.limits[resource]
} else := _pod_total(limits) if {
	limits := _amounts("limits", resource, containers, {}, ranges)
	count(limits) > 0
}

# METADATA
# description: |
#   Request and limit of a Pod, {requests: n, limits: n} without what there is not.
pod_amounts(resource, pod, containers, ranges) := {section: n |
	some section in ["requests", "limits"]
	n := pod_amount(section, resource, pod, containers, ranges)
}

# METADATA
# description: |
#   The same of a container, with what the LimitRanges give.
container_amounts(resource, own, ranges) := {section: n |
	some section in ["requests", "limits"]
	n := amount(section, resource, own, {}, ranges)
}

# METADATA
# description: |
#   How many Pods of a Job run at once, by its parallelism and its completions, each
#   a list of one or none: without parallelism it is one.
workers([], completions) := min(array.concat([1], completions))

workers([parallelism], completions) := min(array.concat([parallelism], completions))

# METADATA
# description: A number of Pods in words; nothing for none.
pods(n) := "1 Pod" if n == 1

pods(n) := $"{n} Pods" if n > 1

# METADATA
# description: |
#   An amount as Kubernetes writes it. What is larger than any quantity is shown as
#   the largest: a sum or a product may be.
shown(resource, amount) := batchgate.quantity_text(resource, min([amount, 9223372036854775807]))

# Containers and sidecars run together; init containers run one after the other
# beside the sidecars that were started before them.
_pod_total(amounts) := n if {
	[[_, n]] = amounts
} else := max({running} | starting) if {
	running := sum([n | some [role, n] in amounts; role != "init"])
	[always, sidecars] := _started(amounts)
	starting := {together |
		some i, [role, n] in amounts
		role == "init"
		together := (n + always) + sum([m | some [at, m] in sidecars; at < i])
	}
}

# What sidecars take whenever an init container runs, and the sidecars whose place
# decides. To look at many of them for each of many init containers takes long, so
# that many count as if they were started first.
_started(amounts) := [0, sidecars] if {
	sidecars := [[i, n] | some i, [role, n] in amounts; role == "sidecar"]
	count(sidecars) <= 16
} else := [sum([n | some [role, n] in amounts; role == "sidecar"]), []]
