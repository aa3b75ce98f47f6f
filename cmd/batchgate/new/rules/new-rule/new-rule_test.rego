package batchgate.rules_test["new-rule"]

import data.batchgate.rules["new-rule"] as rule

# A test gives the rule its input, parameters included, and says what is found:
# all of it, so that nothing else is.
# NEW: test both sides of every condition: test_denies_… and test_allows_…, for what is filled in test_sets_… and test_keeps_…

job(spec) := {"job": {"metadata": {"name": "report"}, "spec": spec}, "params": {"max": 100}}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_one_pod_too_many if {
	findings_of(job({"parallelism": 101})) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "is 101, the most allowed is 100",
		"value": 101,
		"fix": 100,
	}}
}

test_allows_as_many_pods_as_there_may_be if {
	findings_of(job({"parallelism": 100})) == set()
}

test_allows_a_job_that_names_no_number if {
	findings_of(job({})) == set()
}
