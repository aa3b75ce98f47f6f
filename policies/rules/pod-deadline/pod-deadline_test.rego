package batchgate.rules_test["pod-deadline"]

import data.batchgate.rules["pod-deadline"] as rule

job(spec, of_pod) := {
	"job": {"metadata": {}, "spec": spec},
	"pod": {"metadata": {}, "spec": of_pod},
	"params": {"maxGracePeriod": 600},
}

field := ["pod", "spec", "activeDeadlineSeconds"]

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_deadline_of_the_pods_alone if {
	findings_of(job({}, {"activeDeadlineSeconds": 600})) == {{
		"field": field,
		"msg": "ends a Pod after 600s, not the Job; set the Job's own beside template",
		"value": 600,
	}}
}

test_denies_a_deadline_that_is_not_below_the_jobs if {
	findings_of(job({"activeDeadlineSeconds": 600}, {"activeDeadlineSeconds": 600})) == {{
		"field": field,
		"msg": "is 600, but the Job ends after 600 already; name less or leave it out",
		"value": 600,
	}}
}

test_allows_a_deadline_below_the_jobs if {
	findings_of(job({"activeDeadlineSeconds": 600}, {"activeDeadlineSeconds": 599})) == set()
}

test_allows_a_job_that_ends_at_once_anyway if {
	findings_of(job({"activeDeadlineSeconds": 0}, {"activeDeadlineSeconds": 600})) == set()
}

test_allows_pods_without_a_deadline if {
	findings_of(job({"activeDeadlineSeconds": 600}, {})) == set()
	findings_of(job({}, {})) == set()
}

test_denies_a_grace_period_above_the_most_allowed if {
	findings_of(job({}, {"terminationGracePeriodSeconds": 601})) == {{
		"field": ["pod", "spec", "terminationGracePeriodSeconds"],
		"msg": "is 601, the most allowed is 600",
		"value": 601,
		"fix": 600,
	}}
}

test_allows_the_longest_grace_period if {
	findings_of(job({}, {"terminationGracePeriodSeconds": 600})) == set()
}
