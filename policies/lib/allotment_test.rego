package batchgate.lib_test

import data.batchgate.lib

wanted := {"requests": {"memory": 100}, "limits": {"memory": 1000}}

of_containers(range) := [object.union({"type": "Container"}, range)]

two(key) := [{"type": "Container", key: {"memory": 5}}, {"type": "Container", key: {"memory": 9}}]

at(key, bound) := [{"type": "Pod", key: {"memory": bound}}]

request_of(own, ranges) := lib.amount("requests", "memory", own, wanted, ranges)

limit_of(own, ranges) := lib.amount("limits", "memory", own, wanted, ranges)

test_keeps_what_the_author_wrote if {
	request_of({"requests": {"memory": 7}}, of_containers({"defaultRequest": {"memory": 9}})) == 7
	limit_of({"limits": {"memory": 7}}, of_containers({"default": {"memory": 9}})) == 7
}

test_takes_a_lone_limit_for_the_request_before_a_limit_range if {
	request_of({"limits": {"memory": 7}}, of_containers({"defaultRequest": {"memory": 9}})) == 7
}

test_takes_a_lone_limit_for_the_request_when_nothing_is_wanted if {
	lib.amount("requests", "memory", {"limits": {"memory": 7}}, {}, []) == 7
	not lib.amount("requests", "memory", {}, {}, [])
	not lib.amount("limits", "memory", {"requests": {"memory": 7}}, {}, [])
}

test_takes_what_a_limit_range_gives if {
	request_of({}, of_containers({"defaultRequest": {"memory": 9}, "max": {"memory": 20}})) == 9
	request_of({}, of_containers({"max": {"memory": 20}})) == 20
	request_of({}, of_containers({"min": {"memory": 3}})) == 3
	limit_of({}, of_containers({"default": {"memory": 9}, "max": {"memory": 20}})) == 9
	limit_of({}, of_containers({"max": {"memory": 20}})) == 20
	limit_of({}, of_containers({"default": {"memory": 9}, "defaultRequest": {"memory": 5}})) == 9
}

test_takes_what_holds_whichever_of_several_limit_ranges_is_applied if {
	request_of({}, two("defaultRequest")) == 9
	request_of({}, two("default")) == 5
	request_of({}, two("min")) == 9
	limit_of({}, two("default")) == 5
}

test_ignores_limit_ranges_of_other_things if {
	request_of({}, [{"type": "Pod", "max": {"memory": 20}}]) == 100
	limit_of({}, [{"type": "PersistentVolumeClaim", "max": {"memory": 20}}]) == 1000
}

test_rounds_towards_what_the_ratio_allows if {
	ratio := of_containers({"maxLimitRequestRatio": {"memory": 1.5}})
	request_of({"limits": {"memory": 1000}}, ratio) == 667
	limit_of({"requests": {"memory": 333}}, ratio) == 499
}

limited(pairs) := [[role, {"limits": {"memory": n}}] | some [role, n] in pairs]

test_counts_init_containers_one_by_one_beside_the_sidecars if {
	range := [{"type": "Pod", "max": {"memory": 10}}]
	lib.pod_fits("memory", limited([["main", 4], ["init", 9], ["init", 9], ["sidecar", 1]]), {}, range)
	lib.pod_fits("memory", limited([["main", 4], ["init", 9], ["sidecar", 2]]), {}, range)
	not lib.pod_fits("memory", limited([["main", 4], ["sidecar", 2], ["init", 9]]), {}, range)
	not lib.pod_fits("memory", limited([["main", 6], ["sidecar", 5]]), {}, range)
}

main(request, limit) := [["main", {"requests": {"memory": request}, "limits": {"memory": limit}}]]

test_admits_a_pod_at_the_bounds_of_a_limit_range if {
	lib.pod_fits("memory", main(4, 8), {}, at("max", 8))
	not lib.pod_fits("memory", main(4, 8), {}, at("max", 7))
	lib.pod_fits("memory", main(4, 8), {}, at("min", 4))
	not lib.pod_fits("memory", main(4, 8), {}, at("min", 5))
	lib.pod_fits("memory", main(4, 8), {}, at("maxLimitRequestRatio", 2))
	not lib.pod_fits("memory", main(4, 9), {}, at("maxLimitRequestRatio", 2))
}

test_gives_a_container_that_says_nothing_what_is_wanted if {
	lib.texts({"requests": {"cpu": 2000}, "limits": {"cpu": 1000, "memory": 1048576}}) == {
		"requests": {"cpu": "2"},
		"limits": {"cpu": "2", "memory": "1Mi"},
	}
}

test_names_what_stands_in_a_list_twice if {
	lib.repeated(["a", "b", "a", "c", "a"]) == {"a"}
	lib.repeated(["a", "b"]) == set()
	lib.repeated([]) == set()
}
