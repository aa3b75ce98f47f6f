package batchgate.lib_test

import data.batchgate.lib

problems_of(own, item) := lib.range_problems("Pod", "memory", own, [object.union({"type": "Pod"}, item)])

test_finds_a_limit_above_the_largest_allowed if {
	item := {"max": {"memory": 1048576}}
	problems_of({"requests": 1, "limits": 1048577}, item) == {[
		"limits",
		"has a memory limit of 1048577, the LimitRange allows a Pod at most 1Mi",
	]}
	problems_of({"requests": 1, "limits": 1048576}, item) == set()
	problems_of({"requests": 1}, item) == {["limits", "has no memory limit, the LimitRange asks a Pod for one"]}
}

test_finds_a_request_below_the_smallest_allowed if {
	item := {"min": {"memory": 1048576}}
	problems_of({"requests": 1}, item) == {[
		"requests",
		"has a memory request of 1, the LimitRange asks a Pod for at least 1Mi",
	]}
	problems_of({"requests": 1048576}, item) == set()
	problems_of({}, item) == {["requests", "has no memory request, the LimitRange asks a Pod for one"]}
}

test_finds_a_limit_too_far_above_the_request if {
	item := {"maxLimitRequestRatio": {"memory": 1.5}}
	problems_of({"requests": 2, "limits": 4}, item) == {[
		"limits",
		"has a memory limit of 4 and a request of 2, the LimitRange allows 1.5 times as much",
	]}
	problems_of({"requests": 2, "limits": 3}, item) == set()
	{section | some [section, _] in problems_of({}, item)} == {"limits", "requests"}
}

test_finds_nothing_in_a_limit_range_of_another_type if {
	lib.range_problems("Container", "memory", {}, at("min", 5)) == set()
}

test_counts_requests_and_limits_of_a_quota if {
	lib.counted("requests.cpu") == ["requests", "cpu"]
	lib.counted("memory") == ["requests", "memory"]
	lib.counted("limits.ephemeral-storage") == ["limits", "ephemeral-storage"]
	lib.counted("requests.nvidia.com/gpu") == ["requests", "nvidia.com/gpu"]
	lib.counted("hugepages-2Mi") == ["requests", "hugepages-2Mi"]
	lib.counted("count/pods") == lib.counted("pods")
	not lib.counted("count/jobs.batch")
}

test_finds_a_request_above_the_limit_that_a_limit_range_gives if {
	own := {"requests": 2097152, "limits": 1048576}
	lib.range_problems("Container", "memory", own, []) == {[
		"limits",
		"has a memory request of 2Mi, the LimitRange gives a limit of 1Mi; name both",
	]}
	lib.range_problems("Pod", "memory", own, []) == set()
}

test_tells_what_a_quota_has_room_for if {
	lib.room("cpu", 4000, 1000, set()) == [3000, "3 of 4 left"]
	lib.room("cpu", 4000, 5000, set()) == [0, "none of 4 left"]
	lib.room("cpu", 4000, 5000, {"a suspended Job"}) == [4000, "4 in all"]
	lib.room("pods", 0, 0, {"a suspended Job"}) == [0, "none in all"]
}

test_tells_the_scopes_that_a_pod_is_in if {
	lib.scopes([], [{"requests": 0}, {}]) == {"NotTerminating", "BestEffort"}
	lib.scopes([60], [{}, {"limits": 1}]) == {"Terminating", "NotBestEffort"}
}

test_finds_one_object_too_many if {
	counts := [["a", "count/jobs.batch", 3, 3], ["b", "count/jobs.batch", 4, 3], ["c", "pods", 0, 0]]
	lib.one_too_many("Job", "count/jobs.batch", counts) == {"is one Job too many, ResourceQuota a has none of 3 left"}
	lib.one_too_many("CronJob", "count/cronjobs.batch", counts) == set()
}
