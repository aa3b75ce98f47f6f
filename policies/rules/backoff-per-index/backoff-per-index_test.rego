package batchgate.rules_test["backoff-per-index"]

import data.batchgate.rules["backoff-per-index"] as rule

job(spec) := {
	"job": {"metadata": {}, "spec": object.union({"completionMode": "Indexed", "completions": 20}, spec)},
	"pod": {"metadata": {}, "spec": {"restartPolicy": "Never"}},
	"intent": {"job.spec.backoffLimit": "unset"},
	"owner": {},
	"params": {"indexes": 20},
}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_indexes_that_share_their_retries if {
	findings_of(job({"parallelism": 19, "backoffLimit": 4})) == {{
		"field": ["job", "spec", "backoffLimitPerIndex"],
		"msg": "is not set: 20 indexes share 4 retries, one that always fails ends the Job; set 1 for each",
		"fix": 1,
	}}
}

test_denies_with_the_limit_of_the_whole_job_that_somebody_wrote if {
	written := object.union(job({"backoffLimit": 4}), {"intent": {"job.spec.backoffLimit": "explicit"}})
	findings_of(written) == {{
		"field": ["job", "spec", "backoffLimitPerIndex"],
		"msg": concat(" ", [
			"is not set: 20 indexes share 4 retries, one that always fails ends the Job;",
			"set 1 for each, leave backoffLimit out",
		]),
		"fix": 1,
	}}
}

test_denies_a_job_of_a_cronjob_in_the_words_of_the_cronjob if {
	every limit, ending in {6: "set 1 for each", 4: "set 1 for each, leave backoffLimit out"} {
		run := object.union(job({"backoffLimit": limit}), {
			"intent": {"job.spec.backoffLimit": "explicit"},
			"owner": {"controller": "cronjob"},
		})
		some finding in findings_of(run)
		endswith(finding.msg, $"; {ending}")
	}
}

test_denies_the_retries_of_kubernetes_in_a_cronjob if {
	findings_of(job({})) == {{
		"field": ["job", "spec", "backoffLimitPerIndex"],
		"msg": "is not set: 20 indexes share 6 retries, one that always fails ends the Job; set 1 for each",
		"fix": 1,
	}}
}

test_allows_fewer_indexes if {
	findings_of(job({"completions": 19})) == set()
}

test_allows_indexes_that_run_all_at_once if {
	findings_of(job({"parallelism": 20, "backoffLimit": 4})) == set()
}

test_allows_no_retries_at_all if {
	findings_of(job({"parallelism": 5, "backoffLimit": 0})) == set()
}

test_allows_completions_without_an_index if {
	findings_of(job({"completionMode": "NonIndexed"})) == set()
}

test_allows_a_limit_per_index_that_ends if {
	findings_of(job({"backoffLimitPerIndex": 2, "maxFailedIndexes": 0})) == set()
}

test_denies_a_limit_per_index_that_tries_them_all if {
	findings_of(job({"completions": 95, "backoffLimitPerIndex": 2})) == {{
		"field": ["job", "spec", "maxFailedIndexes"],
		"msg": "is not set: when all 95 fail, 285 Pods are started for nothing; 10 would end it early",
		"fix": 10,
	}}
}

test_allows_a_few_indexes_to_be_tried_all if {
	findings_of(job({"completions": 19, "backoffLimitPerIndex": 2})) == set()
}

test_denies_restarts_in_place if {
	facts := job({"completions": 5, "backoffLimitPerIndex": 2})
	findings_of(object.union(facts, {"pod": {"spec": {"restartPolicy": "OnFailure"}}})) == {{
		"field": ["pod", "spec", "restartPolicy"],
		"msg": "is OnFailure, whose restarts backoffLimitPerIndex 2 does not count; it must be Never",
		"value": "OnFailure",
		"fix": "Never",
	}}
}
