package batchgate.rules_test["resource-maximum"]

import data.batchgate.rules["resource-maximum"] as rule

gi := 1073741824

container(name, role, quantities) := {"name": name, "role": role, "quantities": quantities}

pod(containers) := {
	"pod": {"spec": {}},
	"containers": containers,
	"params": {"max": {"cpu": "16", "memory": "64Gi"}},
}

one(quantities) := pod([container("main", "main", quantities)])

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_limit_above_the_maximum if {
	findings_of(one({"requests": {"cpu": 1000}, "limits": {"cpu": 16001}})) == {{
		"field": ["containers", "main", "resources", "limits", "cpu"],
		"msg": "has a cpu limit of 16001m, the most allowed is 16",
		"value": "16001m",
		"fix": "16",
	}}
}

test_denies_a_request_above_the_maximum if {
	findings_of(one({"requests": {"memory": 65 * gi}})) == {{
		"field": ["containers", "main", "resources", "requests", "memory"],
		"msg": "has a memory request of 65Gi, the most allowed is 64Gi",
		"value": "65Gi",
		"fix": "64Gi",
	}}
}

test_denies_in_init_containers_and_sidecars if {
	findings := findings_of(pod([
		container("main", "main", {}),
		container("fetch", "init", {"limits": {"cpu": 20000}}),
		container("proxy", "sidecar", {"limits": {"cpu": 20000}}),
	]))
	{finding.field[1] | some finding in findings} == {"fetch", "proxy"}
}

test_denies_what_the_pod_says_as_a_whole if {
	two := pod([container("main", "main", {}), container("proxy", "sidecar", {})])
	findings_of(object.union(two, {"pod": {"quantities": {"limits": {"cpu": 32000}}}})) == {{
		"field": ["pod", "spec", "resources", "limits", "cpu"],
		"msg": "is 32, the most allowed is 16",
		"value": "32",
		"fix": "16",
	}}
}

test_denies_containers_that_take_too_much_together if {
	findings_of(pod([
		container("main", "main", {"requests": {"cpu": 1000}, "limits": {"cpu": 10000}}),
		container("proxy", "sidecar", {"requests": {"cpu": 1000}, "limits": {"cpu": 6001}}),
	])) == {{
		"field": ["pod", "spec", "containers"],
		"msg": "add up to 16001m of cpu, the most allowed for a Pod is 16",
	}}
}

test_denies_requests_that_are_too_much_together if {
	findings_of(pod([
		container("main", "main", {"requests": {"cpu": 10000}}),
		container("other", "main", {"requests": {"cpu": 10000}}),
	])) == {{
		"field": ["pod", "spec", "containers"],
		"msg": "add up to 20 of cpu, the most allowed for a Pod is 16",
	}}
}

test_allows_the_maximum if {
	findings_of(one({"requests": {"cpu": 16000}, "limits": {"cpu": 16000, "memory": 64 * gi}})) == set()
	findings_of(object.union(one({}), {"pod": {"quantities": {"limits": {"cpu": 16000}}}})) == set()
}

test_allows_init_containers_one_after_the_other if {
	findings_of(pod([
		container("main", "main", {"limits": {"cpu": 8000}}),
		container("fetch", "init", {"limits": {"cpu": 16000}}),
		container("unpack", "init", {"limits": {"cpu": 16000}}),
		container("proxy", "sidecar", {"limits": {"cpu": 8000}}),
	])) == set()
}

test_allows_containers_that_the_pod_bounds_as_a_whole if {
	shared := pod([
		container("main", "main", {"limits": {"cpu": 10000}}),
		container("other", "main", {"limits": {"cpu": 10000}}),
	])
	findings_of(object.union(shared, {"pod": {"quantities": {"requests": {"cpu": 1000}, "limits": {"cpu": 12000}}}})) == set()
}

test_allows_a_resource_without_a_maximum if {
	findings_of(one({"limits": {"nvidia.com/gpu": 64}})) == set()
}
