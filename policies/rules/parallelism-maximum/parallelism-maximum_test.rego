package batchgate.rules_test["parallelism-maximum"]

import data.batchgate.rules["parallelism-maximum"] as rule

params := {"parallelism": 500, "completions": 10000}

findings_of(spec) := findings if findings := rule.deny with input as {"job": {"spec": spec}, "params": params}

test_denies_more_pods_at_once_than_allowed if {
	every completions in [{}, {"completions": 501}] {
		findings_of(object.union(completions, {"parallelism": 501})) == {{
			"field": ["job", "spec", "parallelism"],
			"msg": "is 501, the most allowed is 500",
			"value": 501,
			"fix": 500,
		}}
	}
}

test_denies_more_completions_than_allowed if {
	findings_of({"parallelism": 10, "completions": 10001}) == {{
		"field": ["job", "spec", "completions"],
		"msg": "is 10001, the most allowed is 10000; give each Pod more of the work",
		"value": 10001,
		"fix": 10000,
	}}
}

test_allows_as_many_as_allowed if {
	findings_of({"parallelism": 500, "completions": 10000}) == set()
}

test_allows_a_parallelism_that_completions_bound if {
	findings_of({"parallelism": 501, "completions": 500}) == set()
}

test_allows_a_job_that_says_neither if {
	findings_of({}) == set()
}
