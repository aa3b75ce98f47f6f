package batchgate.rules_test["ttl-after-finished"]

import data.batchgate.rules["ttl-after-finished"] as rule

params := {"seconds": 86400, "max": 604800, "min": 60, "cronJobs": false}

field := ["job", "spec", "ttlSecondsAfterFinished"]

job(spec, owner) := {"job": {"metadata": {}, "spec": spec}, "owner": owner, "params": params}

filled(facts) if rule.defaults.job.spec.ttlSecondsAfterFinished == 86400 with input as facts

test_sets_the_ttl_of_a_job_that_nobody_creates_again if {
	filled(job({}, {}))
}

test_keeps_off_a_job_that_a_tool_reconciles if {
	not filled(job({}, {"reconciler": "argocd"}))
}

test_keeps_off_a_hook if {
	not filled(job({}, {"hook": "helm"}))
}

test_keeps_off_a_job_of_an_operator if {
	owned := job({}, {"controller": "operator", "kind": "JobSet"})
	not filled(owned)
	not filled(with_cron_jobs(owned))
}

with_cron_jobs(facts) := object.union(facts, {"params": {"cronJobs": true}})

test_keeps_off_a_cronjob_and_its_jobs if {
	not filled(object.union(job({}, {}), {"cronjob": {"spec": {}}}))
	not filled(job({}, {"controller": "cronjob", "kind": "CronJob"}))
	not filled(job({}, {"controller": "manual", "kind": "CronJob"}))
}

test_sets_the_ttl_of_a_cronjob_and_its_jobs_when_asked_to if {
	filled(with_cron_jobs(object.union(job({}, {}), {"cronjob": {"spec": {}}})))
	filled(with_cron_jobs(job({}, {"controller": "cronjob", "kind": "CronJob", "reconciler": "helm"})))
	filled(with_cron_jobs(job({}, {"controller": "manual", "kind": "CronJob"})))
}

test_denies_a_ttl_above_the_longest_allowed if {
	findings := rule.deny with input as job({"ttlSecondsAfterFinished": 604801}, {})
	findings == {{
		"field": field,
		"msg": "keeps the finished Job for 604801s, 604800s is the longest allowed",
		"value": 604801,
		"fix": 604800,
	}}
}

test_denies_a_ttl_below_the_shortest_allowed if {
	findings := rule.deny with input as job({"ttlSecondsAfterFinished": 0}, {})
	findings == {{
		"field": field,
		"msg": "removes the finished Job after 0s, 60s is the shortest allowed",
		"value": 0,
		"fix": 60,
	}}
}

test_allows_a_short_ttl_on_a_hook if {
	findings := rule.deny with input as job({"ttlSecondsAfterFinished": 0}, {"hook": "helm"})
	findings == set()
}

test_denies_a_long_ttl_on_a_hook if {
	findings := rule.deny with input as job({"ttlSecondsAfterFinished": 604801}, {"hook": "helm"})
	count(findings) == 1
}

test_allows_both_ends_of_the_range if {
	every ttl in [60, 604800] {
		findings := rule.deny with input as job({"ttlSecondsAfterFinished": ttl}, {})
		findings == set()
	}
}

test_allows_no_ttl if {
	findings := rule.deny with input as job({}, {})
	findings == set()
}

test_allows_the_ttl_it_sets_itself_outside_the_range if {
	every seconds in [5, 700000] {
		own := object.union(job({"ttlSecondsAfterFinished": seconds}, {}), {"params": {"seconds": seconds}})
		findings := rule.deny with input as own
		findings == set()
	}
}
