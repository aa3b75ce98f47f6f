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

test_denies_what_lies_outside_the_range_whatever_it_sets_itself if {
	every seconds, ttl in {5: 59, 700000: 604801} {
		own := object.union(job({"ttlSecondsAfterFinished": ttl}, {}), {"params": {"seconds": seconds}})
		findings := rule.deny with input as own
		count(findings) == 1
	}
}

test_sets_what_lies_within_the_range if {
	every seconds, ttl in {5: 60, 700000: 604800, 300: 300} {
		own := object.union(job({}, {}), {"params": {"seconds": seconds}})
		rule.defaults.job.spec.ttlSecondsAfterFinished == ttl with input as own
	}
	crossed := object.union(job({}, {}), {"params": {"min": 700000}})
	rule.defaults.job.spec.ttlSecondsAfterFinished == 604800 with input as crossed
}

owned_by(references) := object.union(job({}, {}), {"job": {"metadata": {"ownerReferences": references}}})

test_keeps_off_a_job_that_something_owns_without_controlling_it if {
	awx := {"apiVersion": "awx.ansible.com/v1beta1", "kind": "AWX", "name": "awx", "uid": "1"}
	not filled(owned_by([awx]))
	run := owned_by([{"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "2"}, awx])
	not filled(object.union(with_cron_jobs(run), {"owner": {"controller": "manual"}}))
}

test_sets_the_ttl_of_a_job_that_a_cronjob_owns_without_controlling_it if {
	filled(owned_by([{"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "2"}]))
}

test_denies_a_short_ttl_in_a_cronjob_that_calls_itself_a_hook if {
	hook := object.union(job({"ttlSecondsAfterFinished": 0}, {"hook": "helm"}), {"cronjob": {"spec": {}}})
	findings := rule.deny with input as hook
	count(findings) == 1
}
