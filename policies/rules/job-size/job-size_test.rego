package batchgate.rules_test["job-size"]

import data.batchgate.rules["job-size"] as rule

gi := 1073741824

job(spec, requests) := {
	"job": {"metadata": {}, "spec": spec},
	"pod": {"spec": {"restartPolicy": "Never"}},
	"containers": [{"name": "main", "role": "main", "quantities": {"requests": requests}}],
	"params": {"max": {"cpu": "200", "memory": "1Ti"}, "coreHours": 2400, "pods": 20000},
}

in_place(facts) := object.union(facts, {"pod": {"spec": {"restartPolicy": "OnFailure"}}})

findings_of(facts) := findings if findings := rule.deny with input as facts

messages_of(facts) := {finding.msg | some finding in findings_of(facts)}

test_denies_too_much_at_once if {
	findings_of(job({"completions": 300, "parallelism": 101}, {"cpu": 2000, "memory": gi})) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "runs 101 Pods x 2 cpu, 202 at once; the most is 200, 100 fit",
		"value": 101,
		"fix": 100,
	}}
}

test_denies_a_work_queue_that_takes_too_much if {
	messages_of(job({"parallelism": 1025}, {"memory": gi})) == {"runs 1025 Pods x 1Gi memory, 1025Gi at once; the most is 1Ti, 1024 fit"}
}

test_denies_one_pod_that_is_more_than_a_job_may_be if {
	findings_of(job({}, {"cpu": 200001})) == {{
		"field": ["pod", "spec"],
		"msg": "requests 200001m of cpu for a Pod, the most for a whole Job is 200",
	}}
}

test_denies_amounts_beyond_any_number if {
	messages_of(job({"parallelism": 2147483647}, {"memory": 9223372036854775807})) == {
		"requests 9223372036854775807 of memory for a Pod, the most for a whole Job is 1Ti",
		"makes up to 2147483653 Pods (2147483647 and 6 retries), the most allowed is 20000",
	}
}

test_denies_too_many_core_hours if {
	findings_of(job({"completions": 100, "parallelism": 100, "activeDeadlineSeconds": 86401}, {"cpu": 1000})) == {{
		"field": ["job", "spec", "activeDeadlineSeconds"],
		"msg": "allows 100 Pods x 1 cpu x 86401s, 2401 core-hours; the most is 2400, 86400s fit",
		"value": 86401,
		"fix": 86400,
	}}
}

test_denies_more_pods_than_allowed if {
	findings_of(job({"completions": 20000, "backoffLimit": 1}, {})) == {{
		"field": ["job", "spec"],
		"msg": "makes up to 20001 Pods (20000 and 1 retries), the most allowed is 20000",
	}}
}

test_denies_the_retries_of_every_index if {
	each := {"completions": 4000, "backoffLimit": 2147483647, "backoffLimitPerIndex": 5}
	messages_of(job(each, {})) == {"makes up to 24000 Pods (4000 with 5 retries each), the most allowed is 20000"}
}

test_denies_the_retries_of_all_indexes_together if {
	both := {"completions": 5000, "backoffLimit": 15001, "backoffLimitPerIndex": 5}
	messages_of(job(both, {})) == {"makes up to 20001 Pods (5000 and 15001 retries), the most allowed is 20000"}
	findings_of(job(object.union(both, {"backoffLimit": 15000}), {})) == set()
	findings_of(job({"completions": 10000, "backoffLimit": 10000, "backoffLimitPerIndex": 1}, {})) == set()
}

test_denies_the_retries_of_every_index_of_a_cronjob if {
	messages_of(job({"completions": 10001, "backoffLimitPerIndex": 1}, {})) == {concat(" ", [
		"makes up to 20002 Pods (10001 with 1 retries each),",
		"the most allowed is 20000",
	])}
}

gang := {"completionMode": "Indexed", "completions": 101, "parallelism": 101}

test_denies_a_gang_that_takes_too_much_without_a_smaller_number_of_workers if {
	findings_of(job(gang, {"cpu": 2000})) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "runs 101 Pods x 2 cpu, 202 at once; the most is 200: split the work, or request less in each Pod",
		"value": 101,
	}}
	findings_of(job(object.union(gang, {"completions": 102}), {"cpu": 2000})) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "runs 101 Pods x 2 cpu, 202 at once; the most is 200, 100 fit",
		"value": 101,
		"fix": 100,
	}}
}

test_allows_a_gang_of_the_most if {
	findings_of(job(object.union(gang, {"completions": 100, "parallelism": 100}), {"cpu": 2000})) == set()
}

test_denies_more_completions_than_pods_that_restart_in_place if {
	messages_of(in_place(job({"completions": 20001, "backoffLimit": 6}, {}))) == {"makes up to 20001 Pods (20001 without retries), the most allowed is 20000"}
}

test_denies_the_retries_of_a_cronjob_that_names_none if {
	messages_of(job({"completions": 19995}, {})) == {"makes up to 20001 Pods (19995 and 6 retries), the most allowed is 20000"}
}

test_allows_the_most if {
	findings_of(job({"completions": 300, "parallelism": 100}, {"cpu": 2000})) == set()
	findings_of(job({}, {"cpu": 200000})) == set()
	findings_of(job({"completions": 100, "parallelism": 100, "activeDeadlineSeconds": 86400}, {"cpu": 1000})) == set()
	findings_of(job({"completions": 19999, "backoffLimit": 1}, {})) == set()
	findings_of(in_place(job({"completions": 20000, "backoffLimit": 6}, {}))) == set()
}

test_allows_parallelism_that_completions_do_not_use if {
	findings_of(job({"completions": 1, "parallelism": 500}, {"cpu": 2000})) == set()
}

test_allows_pods_that_request_nothing if {
	findings_of(job({"parallelism": 500, "activeDeadlineSeconds": 86400}, {})) == set()
	findings_of(job({"parallelism": 500, "activeDeadlineSeconds": 86400}, {"cpu": 0})) == set()
}

test_allows_a_paused_job if {
	findings_of(job({"parallelism": 0, "activeDeadlineSeconds": 86400}, {"cpu": 2000})) == set()
}

test_denies_what_the_pod_says_as_a_whole if {
	whole := object.union(job({"parallelism": 2}, {}), {"pod": {"quantities": {"requests": {"cpu": 150000}}}})
	messages_of(whole) == {"runs 2 Pods x 150 cpu, 300 at once; the most is 200, 1 fit"}
}
