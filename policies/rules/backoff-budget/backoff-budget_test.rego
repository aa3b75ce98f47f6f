package batchgate.rules_test["backoff-budget"]

import data.batchgate.rules["backoff-budget"] as rule

job(spec) := {
	"job": {"metadata": {}, "spec": spec},
	"pod": {"metadata": {}, "spec": {"restartPolicy": "Never"}},
	"params": {"above": 4},
}

single := {"completions": 1, "parallelism": 1}

cronjob(spec, interval) := object.union(job(spec), {"cronjob": {"timetable": {"interval": interval}}})

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_retries_that_come_after_the_deadline if {
	findings_of(job(object.union(single, {"backoffLimit": 6, "activeDeadlineSeconds": 630}))) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is 6, whose retries wait 630s in all; 5 fit into activeDeadlineSeconds 630",
		"value": 6,
		"fix": 5,
	}}
}

test_allows_the_last_retry_a_second_before_the_deadline if {
	findings_of(job(object.union(single, {"backoffLimit": 6, "activeDeadlineSeconds": 631}))) == set()
}

test_denies_as_many_retries_as_do_not_fit if {
	fits := {deadline: n |
		some deadline in [1, 10, 11, 151, 600, 631, 1230, 1231, 2430]
		some finding in findings_of(job(object.union(single, {"backoffLimit": 10, "activeDeadlineSeconds": deadline})))
		n := finding.fix
	}
	fits == {1: 0, 10: 0, 11: 1, 151: 4, 600: 5, 631: 6, 1230: 6, 1231: 7, 2430: 8}
}

test_allows_the_number_that_it_proposes if {
	every deadline in [1, 10, 11, 151, 600, 631, 1230, 1231, 2430] {
		some finding in findings_of(job(object.union(single, {"backoffLimit": 10, "activeDeadlineSeconds": deadline})))
		findings_of(job(object.union(single, {"backoffLimit": finding.fix, "activeDeadlineSeconds": deadline}))) == set()
	}
}

test_denies_retries_that_last_until_the_next_run if {
	findings_of(cronjob({"backoffLimit": 5}, 300)) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is 5, whose retries wait 310s in all; 4 fit into the 300s between runs",
		"value": 5,
		"fix": 4,
	}}
}

test_denies_the_retries_of_kubernetes_that_last_until_the_next_run if {
	findings_of(cronjob({}, 600)) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is not set and becomes 6, whose retries wait 630s in all; 5 fit into the 600s between runs",
		"fix": 5,
	}}
}

test_denies_by_the_shorter_of_the_deadline_and_the_time_between_runs if {
	some finding in findings_of(cronjob({"backoffLimit": 6, "activeDeadlineSeconds": 100}, 300))
	finding.fix == 3
}

test_denies_the_retries_of_an_index if {
	findings_of(job({
		"completionMode": "Indexed",
		"completions": 50,
		"parallelism": 50,
		"backoffLimit": 2147483647,
		"backoffLimitPerIndex": 5,
		"activeDeadlineSeconds": 300,
	})) == {{
		"field": ["job", "spec", "backoffLimitPerIndex"],
		"msg": "is 5, whose retries wait 310s in all; 4 fit into activeDeadlineSeconds 300",
		"value": 5,
		"fix": 4,
	}}
}

test_denies_one_pod_whatever_the_parallelism if {
	count(findings_of(job({"backoffLimit": 6, "completions": 1, "parallelism": 5, "activeDeadlineSeconds": 60}))) == 1
}

test_allows_pods_that_fail_side_by_side if {
	findings_of(job({"backoffLimit": 6, "completions": 5, "parallelism": 5, "activeDeadlineSeconds": 60})) == set()
	findings_of(job({"backoffLimit": 6, "parallelism": 5, "activeDeadlineSeconds": 60})) == set()
}

test_allows_restarts_in_place if {
	facts := job(object.union(single, {"backoffLimit": 6, "activeDeadlineSeconds": 60}))
	findings_of(object.union(facts, {"pod": {"spec": {"restartPolicy": "OnFailure"}}})) == set()
}

test_allows_a_few_retries_whatever_the_deadline if {
	facts := job(object.union(single, {"backoffLimit": 4, "activeDeadlineSeconds": 60}))
	findings_of(facts) == set()
	count(findings_of(object.union(facts, {"params": {"above": 3}}))) == 1
}

test_allows_any_number_where_nothing_ends_them if {
	findings_of(job(object.union(single, {"backoffLimit": 10}))) == set()
}

test_allows_a_cronjob_whose_runs_lie_far_apart if {
	findings_of(cronjob({}, 3600)) == set()
}
