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
#   An amount as Kubernetes writes it. What is larger than any quantity is shown as
#   the largest: a sum or a product may be.
shown(resource, amount) := batchgate.quantity_text(resource, min([amount, 9223372036854775807]))

# Containers and sidecars run together; init containers run one after the other
# beside the sidecars that were started before them.
_pod_total(amounts) := max({running} | starting) if {
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
