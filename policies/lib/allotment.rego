package batchgate.lib

# What a container gets of a resource: what its author wrote, else what the
# LimitRanges of its namespace give, else what the platform wants it to have.
#
# own     a container's quantities: {requests: {cpu: n}, limits: {cpu: n}}
# wanted  {requests: {cpu: n}, limits: {cpu: n}}: what the platform fills in
# ranges  the LimitRanges of the namespace, with numbers

# METADATA
# description: |
#   The request of a container. One that the platform fills in is not above the
#   container's limit and not below what the limit-to-request ratio asks. A Pod
#   copies a lone limit to the request before any LimitRange is looked at.
request_of(own, resource, wanted, ranges) := request if {
	request := own.requests[resource]
} else := own.limits[resource] if {
	given_request(ranges, resource)
} else := request if {
	request := given_request(ranges, resource)
} else := request if {
	limits := {limit | limit := own.limits[resource]}
	ratios := _bounds(ranges, "Container", ["maxLimitRequestRatio"], resource)
	floors := {ceil(limit / ratio) | some limit in limits; some ratio in ratios}
	request := max({min({wanted.requests[resource]} | limits)} | floors)
} else := own.limits[resource]

# METADATA
# description: |
#   The limit of a container. One that the platform fills in is not below the
#   container's request and not above what the limit-to-request ratio allows.
limit_of(own, resource, wanted, ranges) := limit if {
	limit := own.limits[resource]
} else := limit if {
	limit := given_limit(ranges, resource)
} else := limit if {
	requests := {request | request := request_of(own, resource, wanted, ranges)}
	ratios := _bounds(ranges, "Container", ["maxLimitRequestRatio"], resource)
	caps := {floor(request * ratio) | some request in requests; some ratio in ratios}
	limit := min({max({wanted.limits[resource]} | requests)} | caps)
}

# METADATA
# description: |
#   The limit that a LimitRange gives to a container without one: its default,
#   which is its max where it names none.
given_limit(ranges, resource) := min(_bounds(ranges, "Container", ["default", "max"], resource))

# METADATA
# description: |
#   The request that a LimitRange gives to a container without one. The largest
#   of several, so that a limit made for it holds whichever is applied.
given_request(ranges, resource) := request if {
	request := max(_bounds(ranges, "Container", ["defaultRequest"], resource))
} else := request if {
	request := given_limit(ranges, resource)
} else := max(_bounds(ranges, "Container", ["min"], resource))

# METADATA
# description: |
#   Whether the LimitRanges admit a Pod that has these containers. Amounts are
#   pairs of role and number.
pod_fits(ranges, resource, requests, limits) if {
	request := _pod_total(requests)
	limit := _pod_total(limits)
	every bound in _bounds(ranges, "Pod", ["max"], resource) {
		max([request, limit]) <= bound
	}
	every bound in _bounds(ranges, "Pod", ["min"], resource) {
		request >= bound
	}
	every ratio in _bounds(ranges, "Pod", ["maxLimitRequestRatio"], resource) {
		limit <= request * ratio
	}
}

# Containers and sidecars run together; init containers run one after the other
# beside the sidecars.
_pod_total(amounts) := max([running, starting]) if {
	running := sum([n | some [role, n] in amounts; role != "init"])
	sidecars := sum([n | some [role, n] in amounts; role == "sidecar"])
	starting := sidecars + max({0} | {n | some [role, n] in amounts; role == "init"})
}

_bounds(ranges, type, keys, resource) := {bound |
	some item in ranges
	item.type == type
	some key in keys
	bound := item[key][resource]
}
