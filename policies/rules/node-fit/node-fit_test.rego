package batchgate.rules_test["node-fit"]

import data.batchgate.rules["node-fit"] as rule

gi := 1073741824

container(name, role, quantities) := {"name": name, "role": role, "quantities": quantities}

pod(containers) := {
	"pod": {"spec": {}},
	"containers": containers,
	"params": {"largestNode": {"cpu": "62", "memory": "240Gi"}},
}

one(quantities) := pod([container("main", "main", quantities)])

whole(facts, quantities) := object.union(facts, {"pod": {"quantities": quantities}})

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_request_that_no_node_has if {
	findings_of(one({"requests": {"cpu": 62001}, "limits": {"cpu": 70000}})) == {{
		"field": ["containers", "main", "resources", "requests", "cpu"],
		"msg": "requests 62001m of cpu, the largest node has 62: its Pods stay Pending",
		"value": "62001m",
		"fix": "62",
	}}
}

test_denies_a_limit_that_becomes_the_request if {
	findings := findings_of(one({"limits": {"memory": 241 * gi}}))
	{finding.msg | some finding in findings} == {"requests 241Gi of memory, the largest node has 240Gi: its Pods stay Pending"}
}

test_denies_containers_that_fit_on_no_node_together if {
	findings_of(pod([
		container("main", "main", {"requests": {"cpu": 50000}}),
		container("proxy", "sidecar", {"requests": {"cpu": 12001}}),
		container("fetch", "init", {}),
	])) == {{
		"field": ["pod", "spec", "containers"],
		"msg": "request 62001m of cpu together, the largest node has 62: the Pods stay Pending",
	}}
}

test_denies_a_pod_that_says_so_as_a_whole if {
	large := {{
		"field": ["pod", "spec", "resources"],
		"msg": "request 64 of cpu, the largest node has 62: the Pods stay Pending",
	}}
	findings_of(whole(one({"requests": {"cpu": 63000}}), {"requests": {"cpu": 64000}})) == large
	findings_of(whole(one({}), {"limits": {"cpu": 64000}})) == large
}

test_allows_what_the_largest_node_has if {
	findings_of(one({"requests": {"cpu": 62000, "memory": 240 * gi}, "limits": {"cpu": 90000}})) == set()
	findings_of(whole(one({"requests": {"cpu": 1000}}), {"limits": {"cpu": 64000}})) == set()
}

test_allows_init_containers_one_after_the_other if {
	findings_of(pod([
		container("main", "main", {"requests": {"cpu": 40000}}),
		container("fetch", "init", {"requests": {"cpu": 62000}}),
		container("unpack", "init", {"requests": {"cpu": 62000}}),
	])) == set()
}

test_allows_anything_where_nobody_says_what_a_node_has if {
	unknown := {"params": {"largestNode": {}}}
	findings_of(object.union(object.remove(one({"requests": {"cpu": 999000}}), ["params"]), unknown)) == set()
	findings_of(object.union(object.remove(whole(one({}), {"requests": {"cpu": 999000}}), ["params"]), unknown)) == set()
	findings_of(one({"requests": {"nvidia.com/gpu": 64}})) == set()
}
