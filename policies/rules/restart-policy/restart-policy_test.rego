package batchgate.rules_test["restart-policy"]

import data.batchgate.rules["restart-policy"] as rule

job(policy, container) := {
	"job": {"metadata": {}, "spec": {}},
	"pod": {"spec": {"restartPolicy": policy}},
	"containers": [object.union({"name": "main", "role": "main"}, container)],
	"owner": {},
	"params": {"value": "Never", "allowed": ["OnFailure", "Never"]},
}

resized(policy) := {"resizePolicy": [{"resourceName": "cpu", "restartPolicy": policy}]}

value_of(facts) := policy if policy := rule.defaults.pod.spec.restartPolicy with input as facts

findings_of(facts) := findings if findings := rule.deny with input as facts

test_sets_never if {
	value_of(job("Always", {})) == "Never"
	value_of(job("Always", resized("NotRequired"))) == "Never"
}

test_sets_the_value_of_the_policy if {
	value_of(object.union(job("Always", {}), {"params": {"value": "OnFailure"}})) == "OnFailure"
}

test_sets_on_failure_where_a_resize_restarts_the_container if {
	value_of(job("Always", resized("RestartContainer"))) == "OnFailure"
}

test_sets_never_where_kubernetes_needs_it if {
	every spec in [{"podFailurePolicy": {"rules": []}}, {"backoffLimitPerIndex": 0}] {
		needy := object.union(job("Always", resized("RestartContainer")), {"job": {"spec": spec}})
		value_of(object.union(needy, {"params": {"value": "OnFailure"}})) == "Never"
	}
}

test_denies_a_value_that_is_not_allowed if {
	findings_of(object.union(job("OnFailure", {}), {"params": {"allowed": ["Never"]}})) == {{
		"field": ["pod", "spec", "restartPolicy"],
		"msg": "is OnFailure, it must be Never",
		"value": "OnFailure",
		"allowed": ["Never"],
	}}
}

test_denies_a_value_that_kubernetes_does_not_know_either if {
	some finding in findings_of(job("Sometimes", {}))
	finding.msg == "is Sometimes, it must be Never or OnFailure"
}

test_allows_the_values_of_the_policy if {
	every policy in ["Never", "OnFailure"] {
		findings_of(job(policy, {})) == set()
	}
}

test_sets_only_what_is_allowed if {
	only := {"params": {"allowed": ["OnFailure"]}}
	value_of(object.union(job("Always", {}), only)) == "OnFailure"
	not value_of(object.union(job("Always", {}), object.union(only, {"job": {"spec": {"backoffLimitPerIndex": 0}}})))
	not value_of(object.union(job("Always", resized("RestartContainer")), {"params": {"allowed": ["Never"]}}))
}

test_denies_what_is_not_allowed_whatever_it_sets_itself if {
	findings_of(object.union(job("Never", {}), {"params": {"allowed": ["OnFailure"]}})) == {{
		"field": ["pod", "spec", "restartPolicy"],
		"msg": "is Never, it must be OnFailure",
		"value": "Never",
		"allowed": ["OnFailure"],
	}}
}

test_allows_always_because_kubernetes_refuses_it if {
	findings_of(job("Always", {})) == set()
}
