package batchgate.rules_test["ephemeral-storage"]

import data.batchgate.rules["ephemeral-storage"] as rule

pod(quantities, volumes) := {
	"pod": {"spec": {"volumes": volumes}},
	"containers": [{
		"name": "main",
		"role": "main",
		"quantities": quantities,
		"volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}],
	}],
	"namespace": {"name": "payments", "limitRanges": []},
	"params": {"advised": "10Gi"},
}

limited := {"limits": {"ephemeral-storage": 1}}

messages_of(facts) := messages if {
	findings := rule.deny with input as facts
	messages := {finding.msg | some finding in findings}
}

unbounded := "has no ephemeral-storage limit, what it writes may fill the node; set one, such as 10Gi"

test_denies_a_container_without_a_bound if {
	findings := rule.deny with input as pod({"requests": {"ephemeral-storage": 1}}, [])
	findings == {{
		"field": ["containers", "main", "resources", "limits", "ephemeral-storage"],
		"msg": unbounded,
		"fix": "10Gi",
	}}
}

test_denies_a_container_in_a_directory_without_a_bound if {
	messages_of(pod({}, [{"name": "scratch", "emptyDir": {}}])) == {unbounded}
	messages_of(pod({}, [{"name": "other", "emptyDir": {"sizeLimit": "1Gi"}}])) == {unbounded}
}

test_allows_a_container_with_a_limit if {
	messages_of(pod(limited, [{"name": "scratch", "emptyDir": {}}])) == set()
}

test_allows_a_container_in_a_directory_with_a_bound if {
	messages_of(pod({}, [{"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}}])) == set()
}

test_allows_a_limit_that_a_limit_range_gives if {
	range := {"type": "Container", "default": {"ephemeral-storage": 1}}
	messages_of(object.union(pod({}, []), {"namespace": {"limitRanges": [range]}})) == set()
}

test_denies_a_directory_in_memory_without_a_bound if {
	findings := rule.deny with input as pod(limited, [{"name": "scratch", "emptyDir": {"medium": "Memory"}}])
	findings == {{
		"field": ["pod", "spec", "volumes"],
		"msg": "keep emptyDir scratch in memory, it counts against the memory limits; give it a sizeLimit",
	}}
}

test_allows_a_directory_in_memory_with_a_bound if {
	messages_of(pod(limited, [{"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}])) == set()
}
