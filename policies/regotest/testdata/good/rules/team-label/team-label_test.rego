package batchgate.rules_test["team-label"]

import data.batchgate.rules["team-label"] as rule

job(labels) := {"job": {"metadata": {"labels": labels}, "spec": {}}, "params": {"label": "team"}}

test_denies_a_job_without_a_team if {
	findings := rule.deny with input as job({})
	count(findings) == 1
}

test_allows_a_job_of_a_team if {
	findings := rule.deny with input as job({"team": "payments"})
	findings == set()
}

test_sets_a_short_ttl_for_a_lone_pod if {
	rule.defaults.job.spec.ttlSecondsAfterFinished == 60 with input as {"job": {"spec": {"parallelism": 1}}}
}
