package batchgate.rules_test["resource-limits"]

import data.batchgate.rules["resource-limits"] as rule

gi := 1073741824

mi := 1048576

params := {
	"requests": {"cpu": "100m", "memory": "128Mi"},
	"limits": {"cpu": "1", "memory": "1Gi"},
	"require": ["requests.cpu", "requests.memory", "limits.memory"],
}

container(name, role, quantities) := {"name": name, "role": role, "quantities": quantities}

pod(containers) := {
	"pod": {"spec": {}},
	"containers": containers,
	"owner": {},
	"namespace": {"name": "payments", "limitRanges": []},
	"params": params,
}

ranged(facts, range) := object.union(facts, {"namespace": {"limitRanges": [range]}})

# The fill of the one container of a Pod.
fill_of(facts) := fill if {
	containers := rule.defaults.containers with input as facts
	fill := containers.main.resources
}

messages_of(facts) := messages if {
	findings := rule.deny with input as facts
	messages := {$"{finding.field[1]}: {finding.msg}" | some finding in findings}
}

silent := pod([container("main", "main", {})])

test_sets_requests_and_limits_of_a_silent_container if {
	fill_of(silent) == {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
}

test_sets_a_container_where_limit_ranges_are_unknown if {
	fill_of(json.remove(silent, ["namespace/limitRanges"])) == fill_of(silent)
}

test_sets_a_limit_no_lower_than_its_own_request if {
	large := object.union(silent, {"params": {"requests": {"cpu": "2"}}})
	fill_of(large).limits.cpu == "2"
	fill_of(object.union(large, {"containers": [container("main", "main", {"requests": {"cpu": 100}})]})).limits.cpu == "1"
}

test_sets_every_container_of_a_pod if {
	containers := rule.defaults.containers with input as pod([
		container("main", "main", {}),
		container("prepare", "init", {}),
		container("proxy", "sidecar", {}),
	])
	object.keys(containers) == {"main", "prepare", "proxy"}
}

test_sets_a_request_no_higher_than_the_limit if {
	fill := fill_of(pod([container("main", "main", {"limits": {"cpu": 50, "memory": 64 * mi}})]))
	fill.requests == {"cpu": "50m", "memory": "64Mi"}
}

test_sets_a_limit_no_lower_than_the_request if {
	fill := fill_of(pod([container("main", "main", {"requests": {"cpu": 3000, "memory": 2 * gi}})]))
	fill.limits == {"cpu": "3", "memory": "2Gi"}
}

test_sets_no_request_of_zero_below_a_limit_of_zero if {
	none := pod([container("main", "main", {"limits": {"cpu": 0}})])
	fill_of(none) == {"requests": {"memory": "128Mi"}, "limits": {"memory": "1Gi"}}
	fill_of(ranged(none, {"type": "Container", "min": {"memory": mi}})) == {"requests": {}, "limits": {"memory": "1Gi"}}
}

test_sets_nothing_for_two_containers_of_one_name if {
	containers := rule.defaults.containers with input as pod([
		container("main", "main", {"requests": {"memory": 64 * mi}}),
		container("main", "main", {"limits": {"cpu": 1000}}),
		container("proxy", "main", {}),
	])
	object.keys(containers) == {"proxy"}
}

test_sets_only_the_resources_of_the_policy if {
	off := {"requests": {"memory": "128Mi"}, "limits": {}}
	fill_of(object.union(json.remove(silent, ["params/requests", "params/limits"]), {"params": off})) == {
		"requests": {"memory": "128Mi"},
		"limits": {},
	}
}

test_sets_ephemeral_storage_when_asked_to if {
	fill := fill_of(object.union(silent, {"params": {"limits": {"ephemeral-storage": "10G"}}}))
	fill.limits["ephemeral-storage"] == "10G"
}

test_keeps_off_a_resource_that_the_policy_does_not_name if {
	fill := fill_of(pod([container("main", "main", {"limits": {"ephemeral-storage": gi}})]))
	fill == {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
}

test_keeps_off_a_resource_of_the_pod_as_a_whole if {
	quantities := {"limits": {"memory": gi}}
	fill := fill_of(object.union(silent, {"pod": {"quantities": quantities}}))
	fill == {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}
	fill_of(object.union(silent, {"pod": {"quantities": {"requests": {"memory": gi}}}})) == fill
}

test_keeps_off_what_a_limit_range_gives if {
	fill_of(ranged(silent, {"type": "Container", "default": {"memory": gi}, "defaultRequest": {"memory": gi}})) == {
		"requests": {"cpu": "100m"},
		"limits": {"cpu": "1"},
	}
	fill_of(ranged(silent, {"type": "Container", "max": {"cpu": 500}})) == {
		"requests": {"memory": "128Mi"},
		"limits": {"memory": "1Gi"},
	}
	fill_of(ranged(silent, {"type": "Container", "min": {"memory": 2 * gi}})) == {
		"requests": {"cpu": "100m"},
		"limits": {"cpu": "1", "memory": "2Gi"},
	}
}

test_sets_nothing_past_the_ratio_of_a_limit_range if {
	narrow := {"type": "Container", "maxLimitRequestRatio": {"memory": 2}}
	fill := fill_of(ranged(silent, narrow))
	fill == {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}}
	limited := fill_of(ranged(pod([container("main", "main", {"limits": {"memory": gi}})]), narrow))
	limited.requests.memory == "512Mi"
}

test_sets_nothing_past_a_limit_range_for_pods if {
	cpu_only := {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}
	fill_of(ranged(silent, {"type": "Pod", "max": {"memory": gi}})) == fill_of(silent)
	fill_of(ranged(silent, {"type": "Pod", "max": {"memory": gi - 1}})) == cpu_only
	fill_of(ranged(silent, {"type": "Pod", "min": {"memory": 129 * mi}})) == cpu_only
	fill_of(ranged(silent, {"type": "Pod", "maxLimitRequestRatio": {"memory": 7}})) == cpu_only
}

test_sets_nothing_past_a_limit_range_for_all_containers_together if {
	three := pod([
		container("main", "main", {}),
		container("prepare", "init", {}),
		container("proxy", "sidecar", {}),
	])
	fill_of(ranged(three, {"type": "Pod", "max": {"memory": 2 * gi}})) == fill_of(silent)
	not fill_of(ranged(three, {"type": "Pod", "max": {"memory": (2 * gi) - 1}})).limits.memory
}

test_denies_a_container_that_says_nothing if {
	messages_of(silent) == {"main: sets no cpu request", "main: sets no memory request", "main: sets no memory limit"}
}

test_denies_with_the_field_that_is_missing if {
	findings := rule.deny with input as object.union(silent, {"params": {"require": ["limits.memory"]}})
	findings == {{"field": ["containers", "main", "resources", "limits", "memory"], "msg": "sets no memory limit"}}
}

test_denies_init_containers_and_sidecars_as_well if {
	said := {"requests": {"cpu": 100}, "limits": {"memory": gi}}
	messages_of(pod([
		container("main", "main", said),
		container("prepare", "init", {"limits": {"memory": gi}}),
		container("proxy", "sidecar", {"requests": {"cpu": 100, "memory": gi}}),
	])) == {"prepare: sets no cpu request", "proxy: sets no memory limit"}
}

test_allows_what_the_policy_sets if {
	messages_of(pod([container("main", "main", {
		"requests": {"cpu": 100, "memory": 128 * mi},
		"limits": {"cpu": 1000, "memory": gi},
	})])) == set()
}

test_sets_no_limits_beside_a_device if {
	fill_of(pod([container("main", "main", {"limits": {"nvidia.com/gpu": 1}})])) == {"requests": {"cpu": "100m", "memory": "128Mi"}}
}

test_allows_no_limit_beside_a_device if {
	messages_of(pod([container("main", "main", {"limits": {"nvidia.com/gpu": 1}})])) == {
		"main: sets no cpu request",
		"main: sets no memory request",
	}
}

test_denies_no_limit_beside_a_device_that_is_not_taken if {
	messages_of(pod([container("main", "main", {"limits": {"nvidia.com/gpu": 0}})])) == messages_of(silent)
}

claiming := pod([object.union(container("main", "main", {}), {"resources": {"claims": [{"name": "gpu"}]}})])

test_sets_no_limits_beside_a_claim_to_a_device if {
	fill_of(claiming) == {"requests": {"cpu": "100m", "memory": "128Mi"}}
}

test_allows_no_limit_beside_a_claim_to_a_device if {
	messages_of(claiming) == {"main: sets no cpu request", "main: sets no memory request"}
}

test_allows_a_limit_as_a_request if {
	messages_of(pod([container("main", "main", {"limits": {"cpu": 100, "memory": gi}})])) == set()
}

test_allows_what_the_pod_says_as_a_whole if {
	messages_of(object.union(silent, {"pod": {"quantities": {"limits": {"memory": gi}}}})) == {"main: sets no cpu request"}
	messages_of(object.union(silent, {"pod": {"quantities": {"limits": {"cpu": 100, "memory": gi}}}})) == set()
}

test_allows_what_a_limit_range_gives if {
	given := {"type": "Container", "default": {"memory": gi}, "defaultRequest": {"cpu": 100, "memory": gi}}
	messages_of(ranged(silent, given)) == set()
}

test_allows_silence_when_nothing_is_required if {
	messages_of(object.union(silent, {"params": {"require": []}})) == set()
}

test_denies_a_limit_of_zero if {
	findings := rule.deny with input as pod([container("main", "main", {
		"requests": {"cpu": 100, "memory": gi},
		"limits": {"memory": 0},
	})])
	findings == {{
		"field": ["containers", "main", "resources", "limits", "memory"],
		"msg": "sets a memory limit of 0, which is none",
		"value": 0,
	}}
}

test_denies_a_request_of_zero if {
	messages_of(pod([container("main", "main", {
		"requests": {"cpu": 0, "memory": gi},
		"limits": {"memory": gi},
	})])) == {"main: sets a cpu request of 0, which is none"}
}

test_denies_a_limit_of_zero_of_the_pod_as_a_whole if {
	findings := rule.deny with input as object.union(silent, {"pod": {"quantities": {"limits": {"cpu": 100, "memory": 0}}}})
	{finding.field | some finding in findings} == {["pod", "spec", "resources", "limits", "memory"]}
}

test_allows_zero_of_what_is_not_required if {
	messages_of(object.union(pod([container("main", "main", {"limits": {"cpu": 0, "memory": 0}})]), {"params": {"require": []}})) == set()
}
