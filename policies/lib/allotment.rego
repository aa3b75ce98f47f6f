# METADATA
# scope: package
# title: What a container is allotted
# description: |
#   Amounts are numbers: millicores of cpu and base units of everything else, as
#   in containers[].quantities.
package batchgate.lib

# What a container gets of a resource: what its author wrote, else what the
# LimitRanges of its namespace give, else what the platform wants it to have.
#
# own     a container's quantities: {requests: {cpu: n}, limits: {cpu: n}}
# wanted  {requests: {cpu: n}, limits: {cpu: n}}: what the platform fills in
# ranges  the LimitRanges of the namespace, with numbers

# METADATA
# description: |
#   The request or limit of a container. A request that the platform fills in is
#   not above the container's limit and not below what the limit-to-request ratio
#   asks; a limit is not below the request and not above what the ratio allows.
amount("requests", resource, own, wanted, ranges) := _request(resource, own, wanted, ranges)

amount("limits", resource, own, wanted, ranges) := limit if {
	limit := own.limits[resource]
} else := limit if {
	limit := given("limits", resource, ranges)
} else := limit if {
	requests := {request | request := _request(resource, own, wanted, ranges)}
	ratios := _bounds("Container", ["maxLimitRequestRatio"], resource, ranges)
	caps := {floor(request * ratio) | some request in requests; some ratio in ratios}
	limit := min({max({wanted.limits[resource]} | requests)} | caps)
}

# METADATA
# description: |
#   What a LimitRange gives to a container without a request or limit. A limit is
#   its default, which is its max where it names none; a request the largest of
#   several, so that a limit made for it holds whichever is applied.
given("limits", resource, ranges) := min(_bounds("Container", ["default", "max"], resource, ranges))

given("requests", resource, ranges) := request if {
	request := max(_bounds("Container", ["defaultRequest"], resource, ranges))
} else := request if {
	request := min(_bounds("Container", ["default", "max"], resource, ranges))
} else := max(_bounds("Container", ["min"], resource, ranges))

# METADATA
# description: |
#   Whether the LimitRanges admit a Pod of these containers, pairs of role and
#   quantities, once they have what is wanted.
pod_fits(resource, containers, wanted, ranges) if {
	requests := _amounts("requests", resource, containers, wanted, ranges)
	limits := _amounts("limits", resource, containers, wanted, ranges)
	request := _pod_total(requests)
	limit := _pod_total(limits)
	every bound in _bounds("Pod", ["max"], resource, ranges) {
		max([request, limit]) <= bound
	}
	every bound in _bounds("Pod", ["min"], resource, ranges) {
		request >= bound
	}
	every ratio in _bounds("Pod", ["maxLimitRequestRatio"], resource, ranges) {
		limit <= request * ratio
	}
}

# METADATA
# description: |
#   What a container is given that says nothing, as Kubernetes writes it, where no
#   LimitRange has a say: what is wanted, and no limit below the request.
texts(wanted) := {
	"requests": {resource: batchgate.quantity_text(resource, amount) | some resource, amount in wanted.requests},
	"limits": {resource: batchgate.quantity_text(resource, max({amount} | also)) |
		some resource, amount in wanted.limits
		also := {request | request := wanted.requests[resource]}
	},
}

# METADATA
# description: |
#   The names that stand in a list more than once.
repeated(names) := {name |
	first := places(names)
	some i, name in names
	first[name] != i
}

_amounts(section, resource, containers, wanted, ranges) := [[role, n] |
	some [role, own] in containers
	n := amount(section, resource, own, wanted, ranges)
]

# A Pod copies a lone limit to the request before any LimitRange is looked at.
_request(resource, own, wanted, ranges) := request if {
	request := own.requests[resource]
} else := own.limits[resource] if {
	given("requests", resource, ranges)
} else := request if {
	request := given("requests", resource, ranges)
} else := request if {
	limits := {limit | limit := own.limits[resource]}
	ratios := _bounds("Container", ["maxLimitRequestRatio"], resource, ranges)
	floors := {ceil(limit / ratio) | some limit in limits; some ratio in ratios}
	request := max({min({wanted.requests[resource]} | limits)} | floors)
} else := own.limits[resource]

_bounds(type, keys, resource, ranges) := {bound |
	some item in ranges
	item.type == type
	some key in keys
	bound := item[key][resource]
}
