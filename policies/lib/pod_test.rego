package batchgate.lib_test

import data.batchgate.lib

whole(section, pod, containers) := n if n := lib.pod_amount(section, "memory", pod, containers, [])

test_takes_what_a_pod_says_as_a_whole if {
	whole("requests", {"requests": {"memory": 7}}, limited([["main", 4]])) == 7
	whole("limits", {"limits": {"memory": 7}}, limited([["main", 4]])) == 7
}

test_adds_up_the_containers_of_a_pod_that_says_nothing if {
	containers := limited([["main", 4], ["sidecar", 1], ["init", 9], ["sidecar", 2]])
	whole("requests", {}, containers) == 10
	whole("limits", {}, containers) == 10
	whole("requests", {}, limited([["main", 4], ["main", 5], ["init", 8]])) == 9
}

test_counts_very_many_sidecars_as_if_they_were_started_first if {
	every few, all in {16: 16, 17: 26} {
		sidecars := [["sidecar", 1] | some _ in numbers.range(1, few)]
		whole("requests", {}, limited(array.concat([["main", 0], ["init", 9]], sidecars))) == all
	}
}

test_takes_the_requests_of_containers_before_the_limit_of_the_pod if {
	whole("requests", {"limits": {"memory": 7}}, limited([["main", 4]])) == 4
	whole("requests", {"limits": {"memory": 7}}, [["main", {}]]) == 7
}

test_knows_no_amount_of_a_pod_when_nobody_says_one if {
	not whole("requests", {}, [["main", {}]])
	not whole("limits", {"requests": {"memory": 7}}, [["main", {"requests": {"memory": 4}}]])
}

test_shows_amounts_as_kubernetes_writes_them if {
	lib.shown("cpu", 1500) == "1500m"
	lib.shown("memory", 2147483648) == "2Gi"
	lib.shown("memory", 9223372036854775807 * 3) == "9223372036854775807"
}

test_tells_request_and_limit_of_a_pod_and_of_a_container if {
	lib.pod_amounts("memory", {}, limited([["main", 4]]), []) == {"requests": 4, "limits": 4}
	lib.pod_amounts("memory", {"requests": {"memory": 7}}, [["main", {}]], []) == {"requests": 7}
	lib.container_amounts("memory", {"requests": {"memory": 4}}, []) == {"requests": 4}
	lib.container_amounts("memory", {}, [{"type": "Container", "default": {"memory": 5}}]) == {"requests": 5, "limits": 5}
}

test_counts_the_pods_that_run_at_once if {
	lib.workers([], []) == 1
	lib.workers([5], []) == 5
	lib.workers([5], [3]) == 3
	lib.workers([], [3]) == 1
	lib.workers([2], [3]) == 2
}

test_tells_one_pod_from_several if {
	lib.pods(1) == "1 Pod"
	not lib.pods(0)
	lib.pods(2) == "2 Pods"
}
