package batchgate.rules_test["active-deadline-bounds"]

import data.batchgate.rules["active-deadline-bounds"] as rule

field := ["job", "spec", "activeDeadlineSeconds"]

job(spec, least) := {"job": {"metadata": {}, "spec": spec}, "params": {"min": least}}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_deadline_of_zero if {
	findings_of(job({"activeDeadlineSeconds": 0}, 1)) == {{
		"field": field,
		"msg": "is 0, which fails the Job at once; the least allowed is 1",
		"value": 0,
		"fix": 1,
	}}
}

test_denies_a_deadline_below_the_least_allowed if {
	findings_of(job({"activeDeadlineSeconds": 29}, 30)) == {{
		"field": field,
		"msg": "is 29, the least allowed is 30",
		"value": 29,
		"fix": 30,
	}}
}

test_denies_zero_once if {
	findings_of(job({"activeDeadlineSeconds": 0}, 30)) == {{
		"field": field,
		"msg": "is 0, which fails the Job at once; the least allowed is 30",
		"value": 0,
		"fix": 30,
	}}
}

test_allows_the_least_allowed if {
	findings_of(job({"activeDeadlineSeconds": 1}, 1)) == set()
	findings_of(job({"activeDeadlineSeconds": 30}, 30)) == set()
}

test_allows_no_deadline if {
	findings_of(job({}, 30)) == set()
}
