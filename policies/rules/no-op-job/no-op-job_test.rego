package batchgate.rules_test["no-op-job"]

import data.batchgate.rules["no-op-job"] as rule

job(spec) := {"operation": "CREATE", "job": {"spec": spec}, "owner": {}, "params": {"resumed": false}}

findings_of(facts) := findings if findings := rule.deny with input as facts

suspended := job({"suspend": true})

test_denies_a_job_of_no_completions if {
	every parallelism in [{}, {"parallelism": 0}] {
		findings_of(job(object.union(parallelism, {"completions": 0}))) == {{
			"field": ["job", "spec", "completions"],
			"msg": "is 0, so the Job is Complete at once and runs nothing",
			"value": 0,
			"fix": 1,
		}}
	}
}

test_denies_a_job_that_runs_no_pod_at_once if {
	findings_of(job({"parallelism": 0, "suspend": false})) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "is 0, so no Pod runs while the deadline does; use suspend: true to hold a Job back",
		"value": 0,
		"fix": 1,
	}}
}

test_denies_a_suspended_job_that_nobody_starts if {
	every facts in [suspended, object.union(suspended, {"operation": "UPDATE", "cronjob": {"spec": {"schedule": "@daily"}}})] {
		findings_of(facts) == {{
			"field": ["job", "spec", "suspend"],
			"msg": "is true, and no queue or controller is named that would start it",
			"value": true,
			"fix": false,
		}}
	}
}

test_allows_a_suspended_job_that_somebody_starts if {
	every owner in [{"queue": "training"}, {"manager": "kueue.x-k8s.io/multikueue"}, {"controller": "operator"}] {
		findings_of(object.union(suspended, {"owner": owner})) == set()
	}
	findings_of(object.union(suspended, {"params": {"resumed": true}})) == set()
}

test_allows_a_running_job_to_be_suspended if {
	findings_of(object.union(suspended, {"operation": "UPDATE"})) == set()
}

test_allows_a_suspended_job_of_no_parallelism if {
	findings_of(object.union(job({"suspend": true, "parallelism": 0}), {"owner": {"queue": "training"}})) == set()
}

test_allows_a_job_that_runs if {
	every spec in [{}, {"suspend": false, "parallelism": 1, "completions": 1}] {
		findings_of(job(spec)) == set()
	}
}
