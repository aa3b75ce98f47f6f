package batchgate.rules_test["container-restart"]

import data.batchgate.rules["container-restart"] as rule

job(container) := {
	"job": {"metadata": {}, "spec": {}},
	"pod": {"metadata": {}, "spec": {"restartPolicy": "Never"}},
	"containers": [object.union({"name": "main", "role": "main"}, container)],
}

ruled(operator, values) := {
	"restartPolicy": "Never",
	"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": operator, "values": values}}],
}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_container_that_always_restarts if {
	findings_of(job({"restartPolicy": "Always"})) == {{
		"field": ["containers", "main", "restartPolicy"],
		"msg": "restartPolicy is Always: it starts again when it succeeds and the Job never completes; leave it out",
		"value": "Always",
		"fix": "Never",
	}}
}

test_allows_a_sidecar if {
	findings_of(job({"role": "sidecar", "restartPolicy": "Always"})) == set()
}

after_success(container) := {{
	"field": ["containers", "main", "restartPolicyRules"],
	"msg": "restartPolicyRules start it again on exit code 0 and the Job never completes; let none match 0",
	"value": container.restartPolicyRules,
}}

test_denies_rules_that_match_success if {
	every pair in [["In", [0]], ["In", [42, 0]], ["NotIn", [1]], ["NotIn", []]] {
		container := ruled(pair[0], pair[1])
		findings_of(job(container)) == after_success(container)
	}
}

test_denies_rules_that_match_success_in_an_init_container if {
	container := ruled("In", [0])
	findings_of(job(object.union(container, {"role": "init"}))) == after_success(container)
}

test_allows_rules_for_some_failures if {
	every pair in [["In", [42]], ["In", []]] {
		findings_of(job(ruled(pair[0], pair[1]))) == set()
	}
}

test_allows_rules_of_a_sidecar if {
	findings_of(job(object.union(ruled("NotIn", [0]), {"role": "sidecar", "restartPolicy": "Always"}))) == set()
	findings_of(job(object.union(ruled("In", [0]), {"role": "sidecar", "restartPolicy": "Always"}))) == set()
}

test_denies_restarts_on_failure_that_nothing_ends if {
	findings_of(job({"restartPolicy": "OnFailure"})) == {{
		"field": ["containers", "main", "restartPolicy"],
		"msg": "restartPolicy is OnFailure, which backoffLimit does not count and nothing ends; set the Job's activeDeadlineSeconds",
		"value": "OnFailure",
		"fix": "Never",
	}}
}

test_denies_rules_for_every_failure_that_nothing_ends if {
	every many, codes in {"every": [0], "nearly every": [0, 42]} {
		container := ruled("NotIn", codes)
		findings_of(job(container)) == {{
			"field": ["containers", "main", "restartPolicyRules"],
			"msg": concat(" ", [
				$"restartPolicyRules start it again on {many} failure, which backoffLimit does not count and nothing ends;",
				"set the Job's activeDeadlineSeconds",
			]),
			"value": container.restartPolicyRules,
		}}
	}
}

test_allows_restarts_that_a_deadline_ends if {
	every path in ["job/spec/activeDeadlineSeconds", "pod/spec/activeDeadlineSeconds"] {
		every container in [{"restartPolicy": "OnFailure"}, ruled("NotIn", [0]), ruled("NotIn", [0, 42])] {
			findings_of(json.patch(job(container), [{"op": "add", "path": path, "value": 3600}])) == set()
		}
	}
}

test_allows_restarts_that_the_backoff_limit_counts if {
	counted := json.patch(job({"restartPolicy": "OnFailure"}), [{"op": "replace", "path": "pod/spec/restartPolicy", "value": "OnFailure"}])
	findings_of(counted) == set()
}

test_allows_a_container_that_leaves_it_to_the_pod if {
	findings_of(job({})) == set()
}
