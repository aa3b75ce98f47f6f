package batchgate.rules_test["work-queue"]

import data.batchgate.rules["work-queue"] as rule

findings_of(spec) := findings if findings := rule.deny with input as {"job": {"spec": spec}}

test_denies_a_work_queue_of_one_completion if {
	every mode in [{}, {"completionMode": "NonIndexed"}] {
		findings_of(object.union(mode, {"parallelism": 5, "completions": 1})) == {{
			"field": ["job", "spec", "completions"],
			"msg": "is 1, so 1 Pod runs, not 5; leave it out for a work queue, else raise it",
			"value": 1,
		}}
	}
}

test_denies_more_pods_than_completions if {
	findings_of({"parallelism": 6, "completions": 5}) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "is 6, but completions 5 lets no more than 5 run at once",
		"value": 6,
		"fix": 5,
	}}
}

test_denies_more_pods_than_the_only_index if {
	messages := {finding.msg | some finding in findings_of({"parallelism": 2, "completions": 1, "completionMode": "Indexed"})}
	messages == {"is 2, but completions 1 lets no more than 1 run at once"}
}

test_allows_a_work_queue_without_completions if {
	findings_of({"parallelism": 5}) == set()
}

test_allows_as_many_pods_as_completions if {
	every completions in [5, 10] {
		findings_of({"parallelism": 5, "completions": completions}) == set()
	}
}

test_allows_a_single_pod if {
	every spec in [{}, {"parallelism": 1, "completions": 1}, {"completions": 1}, {"parallelism": 0, "completions": 1}] {
		findings_of(spec) == set()
	}
}

test_allows_a_job_without_completions_because_another_rule_tells if {
	findings_of({"parallelism": 5, "completions": 0}) == set()
}
